using System.Collections.Immutable;
using Starling.Core.Training.Participation.Leader;

namespace Starling.Core.Training.Participation;

/// <summary>The sync protocols by name.</summary>
public static class SyncProtocols
{
    private static readonly ImmutableArray<ISyncProtocol> All = [new LeaderProtocol()];

    /// <summary>The names, sorted.</summary>
    public static ImmutableArray<string> Names { get; } = [.. All.Select(p => p.Name).Order(StringComparer.Ordinal)];

    /// <summary>The protocol of that name, or null.</summary>
    internal static ISyncProtocol? Find(string name) => All.FirstOrDefault(p => p.Name == name);
}
