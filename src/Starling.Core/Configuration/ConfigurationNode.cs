namespace Starling.Core.Configuration;

/// <summary>A value of a configuration: a text, a list or a section.</summary>
/// <param name="Position">Where it starts.</param>
public abstract record ConfigurationNode(SourcePosition Position);
