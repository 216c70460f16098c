namespace Starling.Core.Configuration;

/// <summary>A single value as it was written; what type it has is decided by who reads it.</summary>
/// <param name="Position">Where it starts.</param>
/// <param name="Value">The text; empty where a key has no value.</param>
/// <param name="IsBlock">Whether it stands as it is, line by line, on the lines behind its place.</param>
public sealed record ConfigurationText(SourcePosition Position, string Value, bool IsBlock = false) : ConfigurationNode(Position);
