using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Core.Blobs;

/// <summary>
/// The kernel that fetches blobs by chunks, each from several holders at once. Immutable. What is on disk is asked for first, so that a
/// fetch goes on where it stopped. Blobs share the requests evenly, so that each progresses.
/// </summary>
public sealed record BlobTransfers
{
    private BlobTransfers(BlobTransferOptions options) => Options = options;

    /// <summary>The limits.</summary>
    public BlobTransferOptions Options { get; }

    /// <summary>The blobs that are wanted and not whole.</summary>
    public ImmutableSortedDictionary<BlobId, BlobTransfer> Blobs { get; init; } = ImmutableSortedDictionary<BlobId, BlobTransfer>.Empty;

    /// <summary>The requests to peers that are under way, by operation; at most <see cref="BlobTransferOptions.MaxRequests"/>.</summary>
    public ImmutableSortedDictionary<OperationId, BlobRequest> Requests { get; init; } =
        ImmutableSortedDictionary<OperationId, BlobRequest>.Empty;

    internal ImmutableSortedDictionary<OperationId, BlobId> Openings { get; init; } = ImmutableSortedDictionary<OperationId, BlobId>.Empty;

    /// <summary>Nothing is wanted yet.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static BlobTransfers Create(BlobTransferOptions options)
    {
        var errors = options.Errors();
        return errors.IsEmpty ? new(options) : throw new ArgumentException(string.Join(' ', errors), nameof(options));
    }

    /// <summary>Whether an operation is one of the transfers' own and still awaited.</summary>
    public bool Owns(OperationId operation) => Requests.ContainsKey(operation) || Openings.ContainsKey(operation);

    /// <summary>Fetch a blob. If it is wanted already, these holders and limits replace those before, and what has arrived stays.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="contracts">The contracts that want it, at least one; it counts against the quota of the first.</param>
    /// <param name="maxBytes">The most bytes that any of them accepts.</param>
    /// <param name="holders">Who is said to have it, or to get it as this node does, in any order, without this node; may
    /// be empty for now.</param>
    /// <param name="chunks">The chunks to fetch, those that the blob does not have aside; null for all.</param>
    /// <param name="now">The time.</param>
    /// <param name="nextOperation">The next operation id that is free.</param>
    /// <param name="spread">Who of them has it whole and who gets it, if it goes to several at once; how it is shared out is fixed when
    /// the fetch begins.</param>
    public BlobTransferStep Want(
        BlobId blob, ImmutableSortedSet<ContractId> contracts, long maxBytes, IEnumerable<NodeId> holders,
        ImmutableSortedSet<int>? chunks, Instant now, long nextOperation,
        BlobSpread? spread = null)
    {
        var turn = new BlobTransferTurn(this, now, nextOperation);
        turn.Want(blob, contracts, maxBytes, [.. holders], chunks, spread);
        return turn.End();
    }

    /// <summary>Stop fetching a blob. What has arrived stays in the store until it is released.</summary>
    public BlobTransferStep Drop(BlobId blob, Instant now, long nextOperation)
    {
        var turn = new BlobTransferTurn(this, now, nextOperation);
        turn.Drop(blob);
        return turn.End();
    }

    /// <summary>
    /// Takes an input in: <see cref="BlobOpened"/>, <see cref="ManifestArrived"/>, <see cref="ChunkArrived"/>,
    /// <see cref="ChunkProgressed"/>, <see cref="FetchFailed"/>, <see cref="PeerUp"/>, <see cref="PeerDown"/>, <see cref="Woke"/>. Others,
    /// and stale ones, only let time pass.
    /// </summary>
    public BlobTransferStep On(Input input, Instant now, long nextOperation)
    {
        var turn = new BlobTransferTurn(this, now, nextOperation);
        switch (input)
        {
            case BlobOpened opened:
                turn.Opened(opened);
                break;
            case ManifestArrived arrived:
                turn.Manifest(arrived);
                break;
            case ChunkArrived arrived:
                turn.Chunk(arrived);
                break;
            case ChunkProgressed progressed:
                turn.Progressed(progressed);
                break;
            case FetchFailed failed:
                turn.Failed(failed);
                break;
            case PeerUp up:
                turn.Up(up.Peer);
                break;
            case PeerDown down:
                turn.Down(down.Peer);
                break;
        }

        return turn.End();
    }
}
