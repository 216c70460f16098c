using Starling.Core.Identity;

namespace Starling.Core.Training;

/// <summary>What an accepted entry brought about beyond its own words. The hierarchy is closed.</summary>
public abstract record Happening;

/// <summary>A round committed, and the next one opened or training ended.</summary>
public sealed record Committed(Commit Commit) : Happening;

/// <summary>A majority suspected the leader, or it resigned, or two voters disagreed: a new term began.</summary>
public sealed record TermChanged(long Term, NodeId Leader, bool Unresolved) : Happening;

/// <summary>The round was reopened, or restarted by an admin.</summary>
public sealed record Reopened(long Round, long Opening) : Happening;

/// <summary>A full audit of a round that has committed found another merge.</summary>
public sealed record DisputedLate(NodeId Member, long Round, MergeClaim Found) : Happening;
