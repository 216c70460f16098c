namespace Starling.Cli.Commands.Nodes;

/// <summary>
/// What <c>node init</c>, <c>node restore</c>, <c>invite</c> and <c>join</c> print with <c>--json</c> of a host's set-up.
/// </summary>
/// <param name="File">The <c>node.yaml</c>, or the invitation.</param>
/// <param name="Node">The node, where it has an identity by now.</param>
/// <param name="Folder">The node's folder.</param>
/// <param name="Secret">Whether a private key is in the file.</param>
/// <param name="MissingKey">Where the private key has to be put; absent if it is there.</param>
/// <param name="Unit">The unit of systemd, where one was asked for.</param>
internal sealed record SetUpReport(string File, string? Node = null, string? Folder = null, bool? Secret = null, string? MissingKey = null,
    string? Unit = null);
