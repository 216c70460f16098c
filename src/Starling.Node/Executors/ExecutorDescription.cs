using System.Collections.Immutable;

namespace Starling.Node.Executors;

/// <summary>What an executor promises on this host.</summary>
/// <param name="Name">The executor's name.</param>
/// <param name="Enforced">A sentence for each promise that it keeps.</param>
/// <param name="NotEnforced">A sentence for each that it does not keep here, with the reason and the remedy if there is one.</param>
public sealed record ExecutorDescription(string Name, ImmutableArray<string> Enforced, ImmutableArray<string> NotEnforced);
