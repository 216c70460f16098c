namespace Starling.Core.Configuration;

/// <summary>A named value of a section.</summary>
/// <param name="Key">The name.</param>
/// <param name="Position">Where the name stands.</param>
/// <param name="Value">The value.</param>
public sealed record ConfigurationEntry(string Key, SourcePosition Position, ConfigurationNode Value);
