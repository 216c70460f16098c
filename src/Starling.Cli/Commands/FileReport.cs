namespace Starling.Cli.Commands;

/// <summary>What a command that writes one file prints with <c>--json</c>.</summary>
/// <param name="File">The file.</param>
/// <param name="Secret">Whether a private key is in it; absent where there never is one.</param>
/// <param name="Holds">What is in it, where it gathers several things.</param>
internal sealed record FileReport(string File, bool? Secret = null, IReadOnlyList<string>? Holds = null);
