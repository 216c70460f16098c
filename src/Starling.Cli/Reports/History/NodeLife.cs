namespace Starling.Cli.Reports.History;

/// <summary>One life of a node's process.</summary>
/// <param name="Node">Whose.</param>
/// <param name="Started">When it began to serve.</param>
/// <param name="Round">The latest round that the node had told of by then; 0 before any.</param>
/// <param name="IsFirst">Whether the node had never run before.</param>
/// <param name="AfterStop">Whether the life before it ended in order.</param>
/// <param name="Version">The version of its software.</param>
internal sealed record NodeLife(string Node, DateTimeOffset Started, long Round, bool IsFirst, bool AfterStop, string Version);
