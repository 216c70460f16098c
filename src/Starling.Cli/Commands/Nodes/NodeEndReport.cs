namespace Starling.Cli.Commands.Nodes;

/// <summary>What <c>node stop --json</c> and <c>node drain --json</c> print.</summary>
/// <param name="Node">The node.</param>
/// <param name="Stopped">Whether it no longer answers; else it was only asked.</param>
internal sealed record NodeEndReport(string Node, bool Stopped);
