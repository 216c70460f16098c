using System.Collections.Immutable;
using Starling.Core.Blobs;
using Starling.Core.Tasks;

namespace Starling.Core.Kernel;

/// <summary>What a node may choose for itself. None of it can break a promise of the protocol.</summary>
public sealed record KernelOptions
{
    /// <summary>
    /// How often the ledger is read without a hint, and what a protocol says to its peers is said again, 1 ms to 1 hour. Default 1 s.
    /// </summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How often the ledger is read without a hint, 1 ms to 1 hour; null for <see cref="PollInterval"/>. A read that failed is always tried
    /// again after that. Default null.
    /// </summary>
    public TimeSpan? ReadInterval { get; init; }

    /// <summary>
    /// How long an entry may stay unread before it is sent again, 1 ms to 1 hour; doubles to ten times that. Default 1 s.
    /// </summary>
    public TimeSpan ResendInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long to wait before a failed save or computation is tried again, 1 ms to 1 hour. Default 1 s.</summary>
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many bytes of a blob count as progress of a peer, 1 to 1 GiB; the end of a blob always does. Default 4,096.</summary>
    public int ProgressFloorBytes { get; init; } = 4096;

    /// <summary>
    /// Whether peers are told of each entry that this node appends. Needless where the backend tells all nodes itself,
    /// and at once. Default true.
    /// </summary>
    public bool HintsPeers { get; init; } = true;

    /// <summary>
    /// The kinds of tasks that the node carries out for its task runners. Default none: what runs on a host, its owner decides.
    /// </summary>
    public ImmutableSortedSet<TaskKind> Tasks { get; init; } = [];

    /// <summary>How blobs are fetched.</summary>
    public BlobTransferOptions Transfers { get; init; } = new();
}
