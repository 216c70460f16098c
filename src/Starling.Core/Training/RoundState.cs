using System.Collections.Immutable;
using Starling.Core.Identity;

namespace Starling.Core.Training;

/// <summary>The open round: the variables of <c>round-protocol</c>, section 2.</summary>
public sealed record RoundState
{
    /// <summary>The open round, from 1.</summary>
    public required long Round { get; init; }

    /// <summary>The last committed merge; none before the first.</summary>
    public required BlobId Base { get; init; }

    /// <summary>Members, fixed when the round opens.</summary>
    public required ImmutableSortedSet<NodeId> View { get; init; }

    /// <summary>The settings, fixed when the round opens.</summary>
    public required TrainingSettings Settings { get; init; }

    /// <summary>How many batches members train for this round.</summary>
    public required int SyncInterval { get; init; }

    /// <summary>Counts the round's reopenings, from 1.</summary>
    public long Opening { get; init; } = 1;

    /// <summary>The height at which the opening began: how many entries precede it.</summary>
    public long OpenedAt { get; init; }

    /// <summary>The digest of the contract's state when the opening began.</summary>
    public Digest OpenedHash { get; init; }

    /// <summary>Grows by one at each term change and reopening; never restarts within a round.</summary>
    public long Term { get; init; } = 1;

    /// <summary>R: members with an update, late ones included.</summary>
    public ImmutableSortedDictionary<NodeId, ReadyUpdate> Ready { get; init; } = ImmutableSortedDictionary<NodeId, ReadyUpdate>.Empty;

    /// <summary>Members whose Ready showed another state in this opening.</summary>
    public ImmutableSortedSet<NodeId> Dissent { get; init; } = [];

    /// <summary>Who leads the term, or none before the Claim.</summary>
    public NodeId Leader { get; init; }

    /// <summary>S: a copy of R's members taken at this term's Claim.</summary>
    public ImmutableSortedSet<NodeId> Frozen { get; init; } = [];

    /// <summary>The leader of the term just ended, or none.</summary>
    public NodeId Barred { get; init; }

    /// <summary>What the leader proposed, or null.</summary>
    public MergeClaim? Proposal { get; init; }

    /// <summary>Whom the leader left out, and why.</summary>
    public ImmutableArray<LeftOut> LeftOut { get; init; } = [];

    /// <summary>Votes of this term.</summary>
    public ImmutableSortedDictionary<NodeId, Vote> Votes { get; init; } = ImmutableSortedDictionary<NodeId, Vote>.Empty;

    /// <summary>Members that suspect this term's leader.</summary>
    public ImmutableSortedSet<NodeId> Suspects { get; init; } = [];

    /// <summary>Members that asked for a reopening, in this opening.</summary>
    public ImmutableSortedSet<NodeId> Reopens { get; init; } = [];

    /// <summary>The two members of an unresolved dispute of this round; empty if there is none.</summary>
    public ImmutableSortedSet<NodeId> DisputedPair { get; init; } = [];

    /// <summary>Whether some full vote of this term differed from the proposal, also if it was withdrawn since.</summary>
    public bool IsDisputed { get; init; }

    /// <summary>Whether so many are more than half of the frozen set.</summary>
    public bool IsMajority(int count) => 2 * count > Frozen.Count;

    /// <summary>The next term: its leader is barred, the term's own variables are cleared; R and Reopens stay.</summary>
    internal RoundState NextTerm() => this with
    {
        Barred = Leader,
        Leader = default,
        Frozen = [],
        Proposal = null,
        LeftOut = [],
        Votes = Votes.Clear(),
        IsDisputed = false,
        Suspects = [],
        Term = Term + 1,
    };

    /// <summary>The next opening: all but the round, its view and its dispute is cleared.</summary>
    /// <param name="barsLeader">Whether who led when it was asked for is barred from the first term.</param>
    internal RoundState NextOpening(bool barsLeader) => this with
    {
        Ready = Ready.Clear(),
        Dissent = [],
        Leader = default,
        Frozen = [],
        Barred = barsLeader ? Leader : default,
        Proposal = null,
        LeftOut = [],
        Votes = Votes.Clear(),
        IsDisputed = false,
        Suspects = [],
        Reopens = [],
        Opening = Opening + 1,
        Term = Term + 1,
    };
}
