using Starling.Api;

namespace Starling.Cli.Commands.Nodes;

/// <summary>What <c>node status --json</c> prints.</summary>
/// <param name="Status">Where the node stands.</param>
/// <param name="Peers">The other nodes that it knows.</param>
internal sealed record NodeReport(NodeStatus Status, IReadOnlyList<NodeDescription> Peers);
