using Starling.Core.Identity;

namespace Starling.Node.Transport;

/// <summary>Who answered at an address.</summary>
/// <param name="Node">Who its certificate says it is, if that is believed; null if not.</param>
/// <param name="Roles">What it is there for.</param>
/// <param name="Objection">Why its certificate is not believed here, or is no peer's, a sentence; null if it is.</param>
/// <param name="Ahead">How far its clock is ahead of this one, in whole seconds as it tells it; null if it did not.</param>
public sealed record ProbeAnswer(NodeId? Node, Roles Roles, string? Objection, TimeSpan? Ahead);
