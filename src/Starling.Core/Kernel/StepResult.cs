using System.Collections.Immutable;

namespace Starling.Core.Kernel;

/// <summary>What follows from one input.</summary>
/// <param name="State">The node afterwards.</param>
/// <param name="Effects">What to do, in order.</param>
public sealed record StepResult(NodeState State, ImmutableArray<Effect> Effects);
