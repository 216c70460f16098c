namespace Starling.Node.Transport;

/// <summary>The versions of the protocol that a node speaks, all between two.</summary>
/// <param name="Oldest">The oldest, at most <paramref name="Newest"/>.</param>
/// <param name="Newest">The newest, which it prefers.</param>
internal readonly record struct ProtocolVersions(uint Oldest, uint Newest)
{
    /// <summary>What this software speaks. A newer version keeps the one before it, so that members need not be upgraded at once.</summary>
    public static ProtocolVersions Spoken => new(1, 1);

    /// <summary>What a hello says. Who does not name its oldest speaks one version.</summary>
    public static ProtocolVersions Of(uint newest, uint oldest) => new(oldest == 0 || oldest > newest ? newest : oldest, newest);

    /// <summary>The version that both speak from here on: the newest that both know; null if there is none.</summary>
    public uint? Agree(ProtocolVersions other)
    {
        var newest = Math.Min(Newest, other.Newest);
        return newest >= Oldest && newest >= other.Oldest ? newest : null;
    }

    /// <inheritdoc/>
    public override string ToString() => Oldest == Newest ? $"version {Newest}" : $"versions {Oldest} to {Newest}";
}
