namespace Starling.Cli.Runs;

/// <summary>A node of a run.</summary>
/// <param name="Name">Its short name, which is also its folder's.</param>
/// <param name="Id">Its SPIFFE ID.</param>
/// <param name="Port">The loopback port that it listens on.</param>
internal sealed record PlannedNode(string Name, string Id, int Port);
