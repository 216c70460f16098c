using System.Collections.Immutable;
using Starling.Core.Blobs;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Tasks.Operating;
using Starling.Core.Training.Participation;

namespace Starling.Core.Kernel;

/// <summary>A whole node, as <see cref="NodeKernel"/> sees it: its contracts, its blobs and its peers. Immutable.</summary>
public sealed record NodeState
{
    /// <summary>Who it is.</summary>
    public required NodeIdentity Self { get; init; }

    /// <summary>Checks the certificate chains of enrolments.</summary>
    public required ICertifier Certifier { get; init; }

    /// <summary>What it may choose for itself.</summary>
    public required KernelOptions Options { get; init; }

    /// <summary>The training contracts that it follows.</summary>
    public required ImmutableSortedDictionary<ContractId, Participant> Contracts { get; init; }

    /// <summary>The task runners that it follows.</summary>
    public ImmutableSortedDictionary<ContractId, RunnerPart> Runners { get; init; } =
        ImmutableSortedDictionary<ContractId, RunnerPart>.Empty;

    /// <summary>All contracts that it follows, of whatever kind.</summary>
    public IEnumerable<ContractId> Followed => Contracts.Keys.Concat(Runners.Keys);

    /// <summary>Those of them that it takes part in.</summary>
    public IEnumerable<ContractId> Active => Followed.Where(contract => Find(contract) is { SetAside: null });

    /// <summary>The blobs that it fetches.</summary>
    public required BlobTransfers Transfers { get; init; }

    /// <summary>When the transfers want to be told the time.</summary>
    public Instant TransfersWakeAt { get; init; } = Instant.Never;

    /// <summary>Whether <see cref="Started"/> was given.</summary>
    public bool HasStarted { get; init; }

    /// <summary>Whether it stopped by itself. It ignores every input from then on.</summary>
    public bool HasHalted { get; init; }

    /// <summary>The next operation id that is free.</summary>
    public long NextOperation { get; init; } = 1;

    /// <summary>Operations that await their completion, but for those of the transfers.</summary>
    public ImmutableSortedDictionary<OperationId, Awaited> Operations { get; init; } =
        ImmutableSortedDictionary<OperationId, Awaited>.Empty;

    /// <summary>Blobs that are complete on this node, synced or not.</summary>
    public ImmutableSortedSet<BlobId> Held { get; init; } = [];

    /// <summary>
    /// Blobs that were there when the node started, until every contract has told which of them it needs. What came since was wanted by a
    /// fold, and folds only move forward.
    /// </summary>
    public ImmutableSortedSet<BlobId> FoundAtStart { get; init; } = [];

    /// <summary>Blobs that are complete and synced.</summary>
    public ImmutableSortedSet<BlobId> Durable { get; init; } = [];

    /// <summary>Of blobs that are not complete: chunks that were fetched on their own, and not synced.</summary>
    public ImmutableSortedDictionary<BlobId, ImmutableSortedSet<int>> Parts { get; init; } =
        ImmutableSortedDictionary<BlobId, ImmutableSortedSet<int>>.Empty;

    /// <summary>Peers with a standing connection.</summary>
    public ImmutableSortedSet<NodeId> PeersUp { get; init; } = [];

    /// <summary>Peers that the edge was told to keep.</summary>
    public ImmutableSortedSet<NodeId> PeersKept { get; init; } = [];

    /// <summary>Who may have which blob, as the edge was told.</summary>
    public ImmutableSortedDictionary<BlobId, ImmutableSortedSet<NodeId>> Shared { get; init; } =
        ImmutableSortedDictionary<BlobId, ImmutableSortedSet<NodeId>>.Empty;

    /// <summary>When the edge was asked to wake the node.</summary>
    public Instant WakeAt { get; init; } = Instant.Never;

    /// <summary>Its part in a contract of any kind; null if it does not follow it.</summary>
    public ContractPart? Find(ContractId contract) =>
        Contracts.TryGetValue(contract, out var training) ? training : Runners.GetValueOrDefault(contract);
}
