using System.Collections.Immutable;
using Starling.Core.Contracts;
using Starling.Core.Identity;

namespace Starling.Core.Training;

/// <summary>What a training contract's ledger entry says: <c>round-protocol</c>, section 3. The hierarchy is closed.</summary>
public abstract record TrainingEntry;

/// <summary>Entry 0, by an admin: fixes settings, trust anchors, admins and the first members.</summary>
/// <param name="Settings">The settings of the first rounds.</param>
/// <param name="Anchors">DER certificates of the authorities that vouch for members and admins.</param>
/// <param name="Admins">Who may change settings and membership; the author is one of them.</param>
/// <param name="Members">The first round's members.</param>
public sealed record Found(
    TrainingSettings Settings, ImmutableArray<ImmutableArray<byte>> Anchors, IReadOnlyCollection<Enrolment> Admins,
    IReadOnlyCollection<Enrolment> Members) : TrainingEntry;

/// <summary>A node becomes a member when the next round opens. By an admin, or by the node itself.</summary>
public sealed record Enrol(Enrolment Member) : TrainingEntry;

/// <summary>The author leaves when the next round opens.</summary>
public sealed record Leave : TrainingEntry;

/// <summary>An admin changes the settings from the next round on.</summary>
public sealed record ChangeSettings(TrainingSettings Settings) : TrainingEntry;

/// <summary>An admin expels a member at once.</summary>
public sealed record Revoke(NodeId Member) : TrainingEntry;

/// <summary>An admin opens a new epoch at the open round, at the one before it, or at the first.</summary>
public sealed record Restart(long Round) : TrainingEntry;

/// <summary>An admin deletes the contract: nothing follows.</summary>
public sealed record Tombstone(string Reason) : TrainingEntry;

/// <summary>The author lost its disk: its vote in this term is withdrawn. The entry's own incarnation is the new one.</summary>
public sealed record Rejoin : TrainingEntry;

/// <summary>An entry that belongs to a round and an opening of it.</summary>
public abstract record RoundEntry(long Round, long Opening) : TrainingEntry;

/// <summary>The author has trained and holds its update.</summary>
/// <param name="Round">The open round.</param>
/// <param name="Opening">Its opening.</param>
/// <param name="Base">The committed merge that it trained from.</param>
/// <param name="StateHash">The state of its fold when the opening began.</param>
/// <param name="Update">The update's blob.</param>
/// <param name="Weight">Its weight in the merge, 1 to 1,000,000.</param>
/// <param name="Metrics">What its program measured.</param>
/// <param name="IsFinal">Whether its program has trained all that it meant to: when all are done, training ends.</param>
public sealed record Ready(
    long Round, long Opening, BlobId Base, Digest StateHash, BlobId Update, long Weight, UpdateMetrics Metrics, bool IsFinal = false)
    : RoundEntry(Round, Opening);

/// <summary>The author asks for a reopening: nothing was accepted for too long.</summary>
public sealed record Reopen(long Round, long Opening) : RoundEntry(Round, Opening);

/// <summary>An entry that belongs to a term of a round's opening.</summary>
public abstract record TermEntry(long Round, long Opening, long Term) : RoundEntry(Round, Opening);

/// <summary>The author wants to lead this term.</summary>
public sealed record Claim(long Round, long Opening, long Term) : TermEntry(Round, Opening, Term);

/// <summary>The leader proposes a merge, votes for it and promises to hold it.</summary>
/// <param name="Round">The open round.</param>
/// <param name="Opening">Its opening.</param>
/// <param name="Term">The term that the author leads.</param>
/// <param name="Merge">The merge's blob.</param>
/// <param name="Contributors">Whose updates are in it, sorted.</param>
/// <param name="LeftOut">The frozen members whose updates are not, sorted by member.</param>
public sealed record Merged(
    long Round, long Opening, long Term, BlobId Merge, ImmutableArray<NodeId> Contributors, ImmutableArray<LeftOut> LeftOut)
    : TermEntry(Round, Opening, Term);

/// <summary>The author drew chunks of the proposed merge, found them right, and holds the whole.</summary>
public sealed record AuditedSampled(long Round, long Opening, long Term) : TermEntry(Round, Opening, Term);

/// <summary>The author merged by itself, and holds what came out: the proposed merge, or another.</summary>
public sealed record AuditedFull(
    long Round, long Opening, long Term, BlobId Merge, ImmutableArray<NodeId> Contributors) : TermEntry(Round, Opening, Term);

/// <summary>The author holds the proposed merge; it checked nothing.</summary>
public sealed record Receipt(long Round, long Opening, long Term, BlobId Merge) : TermEntry(Round, Opening, Term);

/// <summary>The author sees no progress of the leader.</summary>
public sealed record Suspect(long Round, long Opening, long Term) : TermEntry(Round, Opening, Term);

/// <summary>The leader gives the term up.</summary>
public sealed record Resign(long Round, long Opening, long Term) : TermEntry(Round, Opening, Term);
