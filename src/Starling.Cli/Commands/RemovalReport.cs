namespace Starling.Cli.Commands;

/// <summary>What <c>node uninstall</c>, <c>clean</c> and <c>runs remove</c> print with <c>--json</c>.</summary>
/// <param name="Removed">The files and folders that are gone.</param>
/// <param name="Kept">Those that stay since they are in use; absent if there are none.</param>
internal sealed record RemovalReport(IReadOnlyList<string> Removed, IReadOnlyList<string>? Kept = null);
