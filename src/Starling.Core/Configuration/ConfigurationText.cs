namespace Starling.Core.Configuration;

/// <summary>A single value as it was written; what type it has is decided by who reads it.</summary>
/// <param name="Position">Where it starts.</param>
/// <param name="Value">The text; empty where a key has no value.</param>
public sealed record ConfigurationText(SourcePosition Position, string Value) : ConfigurationNode(Position);
