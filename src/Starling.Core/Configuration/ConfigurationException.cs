using System.Collections.Immutable;

namespace Starling.Core.Configuration;

/// <summary>A configuration that cannot be used; the message lists every mistake on a line of its own.</summary>
public sealed class ConfigurationException(ImmutableArray<Mistake> mistakes) : StarlingException(string.Join('\n', mistakes))
{
    /// <summary>All mistakes, by place.</summary>
    public ImmutableArray<Mistake> Mistakes { get; } = mistakes;
}
