using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Core.Training.Participation;

/// <summary>Since when things of the open round are as they are, by this node's own clock. A restart begins them anew.</summary>
public sealed record RoundClocks
{
    /// <summary>When enough members were ready in this opening.</summary>
    public Instant EnoughSince { get; init; } = Instant.Never;

    /// <summary>When the latest Ready was accepted.</summary>
    public Instant ReadySince { get; init; }

    /// <summary>When the term began.</summary>
    public Instant TermSince { get; init; }

    /// <summary>When the term was claimed.</summary>
    public Instant ClaimedAt { get; init; }

    /// <summary>When the term was claimed, or since then this node last knew of one update more what it is worth.</summary>
    public Instant GatheredAt { get; init; }

    /// <summary>When the leader was last seen to make verified progress, or claimed the term, or could not have shown any.</summary>
    public Instant ProgressAt { get; init; }

    /// <summary>When an entry that moves the round was last accepted.</summary>
    public Instant AcceptedAt { get; init; }

    /// <summary>Whether the connection to the leader broke, or it sent what does not hash to its name.</summary>
    public bool IsLeaderBroken { get; init; }

    /// <summary>Whether the ledger has not answered since the leader's time was up.</summary>
    public bool IsLedgerSilent { get; init; }

    /// <summary>Bytes of this node's own update that the leader took in this term: no more than twice the update count.</summary>
    public long ServedBytes { get; init; }

    /// <summary>Bytes of other blobs that the leader took from this node in this term: no more than twice the update count.</summary>
    public long OtherBytes { get; init; }

    /// <summary>When the term was claimed, or since then this node last said that the leader takes its update.</summary>
    public Instant TestifiedAt { get; init; }

    /// <summary>
    /// How many bytes of its own update each member said last that the leader took in this term, and how many counted in all: no more than
    /// twice this node's own update has.
    /// </summary>
    public ImmutableSortedDictionary<NodeId, (long Said, long Counted)> Testified { get; init; } =
        ImmutableSortedDictionary<NodeId, (long Said, long Counted)>.Empty;

    /// <summary>How many bytes each member that has not voted took from this node, which has, in this term.</summary>
    public ImmutableSortedDictionary<NodeId, long> AuditBytes { get; init; } = ImmutableSortedDictionary<NodeId, long>.Empty;

    /// <summary>Bytes on their way that have not counted as progress yet.</summary>
    public long UncountedBytes { get; init; }

    /// <summary>When something last moved the round: an entry, or bytes, while somebody leads.</summary>
    public Instant MovedAt(RoundState round) => !round.Leader.IsNone && ProgressAt > AcceptedAt ? ProgressAt : AcceptedAt;

    /// <summary>A new opening or round.</summary>
    public static RoundClocks Opened(Instant now) => new()
    {
        TermSince = now,
        ReadySince = now,
        ClaimedAt = now,
        GatheredAt = now,
        ProgressAt = now,
        AcceptedAt = now,
    };

    /// <summary>A new term.</summary>
    public RoundClocks TermBegan(Instant now) => this with
    {
        TermSince = now,
        ProgressAt = now,
        IsLeaderBroken = false,
        ServedBytes = 0,
        OtherBytes = 0,
        Testified = Testified.Clear(),
        AuditBytes = AuditBytes.Clear(),
        UncountedBytes = 0,
    };

    /// <summary>A leader claimed the term.</summary>
    public RoundClocks Claimed(Instant now) => Progressed(now) with { ClaimedAt = now, GatheredAt = now, TestifiedAt = now };

    /// <summary>A leader made progress.</summary>
    public RoundClocks Progressed(Instant now) => this with { ProgressAt = now, UncountedBytes = 0 };
}
