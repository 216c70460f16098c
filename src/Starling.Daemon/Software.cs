namespace Starling.Daemon;

/// <summary>What runs.</summary>
internal static class Software
{
    /// <summary>The version, as <c>1.2.3</c>.</summary>
    public static string Version { get; } = typeof(Software).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
}
