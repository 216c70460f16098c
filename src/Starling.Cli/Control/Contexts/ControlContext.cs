namespace Starling.Cli.Control.Contexts;

/// <summary>Whom commands talk to, and as whom.</summary>
/// <param name="Name">What the user calls it.</param>
/// <param name="Address">Where the node is reached, <c>host:port</c>.</param>
/// <param name="Node">The SPIFFE ID that it must show; null for any node that the anchors vouch for.</param>
/// <param name="Certificate">The user's certificate with the authorities between it and an anchor, a PEM file.</param>
/// <param name="Key">The user's private key, a PEM file.</param>
/// <param name="Anchors">The authorities that are trusted, PEM files, at least one.</param>
/// <param name="Environment">Settings under names of the user's own; <c>runner</c> names the task runner that commands mean
/// unless told otherwise.</param>
internal sealed record ControlContext(
    string Name, string Address, string? Node, string Certificate, string Key, IReadOnlyList<string> Anchors,
    IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>The setting that names the usual task runner.</summary>
    public const string Runner = "runner";
}
