using Starling.Core.Identity;
using Starling.Node.Transport;

namespace Starling.Daemon.Joining;

/// <summary>A node on an organisation's card.</summary>
/// <param name="Id">Who it is.</param>
/// <param name="Address">Where the others reach it.</param>
/// <param name="Certificate">Its certificate, PEM, by which a task runner knows it.</param>
public sealed record CardNode(NodeId Id, PeerAddress Address, string Certificate);
