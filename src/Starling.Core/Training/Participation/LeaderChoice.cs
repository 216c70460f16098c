using System.Collections.Immutable;
using Starling.Core.Identity;

namespace Starling.Core.Training.Participation;

/// <summary>Whom a leader merges, and whom it leaves out. Decided once a term.</summary>
public sealed record LeaderChoice(long Round, long Term, ImmutableArray<NodeId> Contributors, ImmutableArray<LeftOut> LeftOut);
