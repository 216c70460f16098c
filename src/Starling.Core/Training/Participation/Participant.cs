using System.Collections.Immutable;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Core.Training.Participation;

/// <summary>This node's part in one training contract: what it folded, and what it does about it. Immutable.</summary>
public sealed record Participant : ContractPart
{
    /// <summary>The contract as this node folded it.</summary>
    public required TrainingState Fold { get; init; }

    /// <inheritdoc/>
    public override ContractState Folded => Fold;

    /// <summary>The latest update of this node's program, or null.</summary>
    public LocalUpdateState? Update { get; init; }

    /// <summary>What the program was told to do last, since this node started.</summary>
    public Assignment? Assigned { get; init; }

    /// <summary>What is known of updates that may enter a merge of this round.</summary>
    public ImmutableSortedDictionary<BlobId, Inspection> Inspections { get; init; } = ImmutableSortedDictionary<BlobId, Inspection>.Empty;

    /// <summary>The merge that this node makes or made last, as leader or as auditor.</summary>
    public MergeTask? Merging { get; init; }

    /// <summary>The sample of the proposed merge that this node audits, or null.</summary>
    public SampleState? Sample { get; init; }

    /// <summary>Whom this node merges as the leader of the present term, once it has decided.</summary>
    public LeaderChoice? Choice { get; init; }

    /// <summary>Since when things of the open round are as they are.</summary>
    public RoundClocks Clocks { get; init; } = new();

    /// <summary>
    /// Where this node stands in a protocol whose members go through their rounds each by itself; null in one with rounds on the ledger.
    /// </summary>
    public IProtocolState? Protocol { get; init; }

    /// <summary>The journal record of where it stood, until the contract is known; else empty.</summary>
    public ImmutableArray<byte> ProtocolRecord { get; init; } = [];

    /// <summary>Whether the journal tells of this contract: its blobs may be promised.</summary>
    public bool IsInJournal => Update is not null || Outbox.Sequence > 0 || !ProtocolRecord.IsEmpty;

    /// <summary>When a save that failed is tried again.</summary>
    public Instant RetryAt { get; init; }

    /// <summary>
    /// The latest model that a round ended with, as far as this node knows: the committed one, or where there is none its
    /// own; null before the first.
    /// </summary>
    public (long Round, BlobId Model)? Latest => Protocol switch
    {
        { Model.IsNone: false } own => (own.Round - 1, own.Model),
        null when Fold.LastCommit is { } commit => (commit.Round, commit.Merge.Merge),
        _ => null,
    };

    /// <summary>An update was looked at, or need not be.</summary>
    public Participant Inspected(BlobId update, LeftOutReason? fault, Instant now) => this with
    {
        Inspections = Inspections.SetItem(update, new Inspection(IsDone: true, fault)),
        Clocks = Clocks with { GatheredAt = now },
    };

    /// <summary>A contract of which nothing is known yet.</summary>
    public static Participant Create(ContractReference reference) => new()
    {
        Reference = reference,
        Fold = TrainingState.Empty(reference.Contract, reference.Founding),
    };
}
