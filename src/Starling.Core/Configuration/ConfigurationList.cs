using System.Collections.Immutable;

namespace Starling.Core.Configuration;

/// <summary>Several values in order.</summary>
/// <param name="Position">Where it starts.</param>
/// <param name="Items">The values.</param>
public sealed record ConfigurationList(SourcePosition Position, ImmutableArray<ConfigurationNode> Items) : ConfigurationNode(Position);
