using Starling.Core.Identity;

namespace Starling.Node.Events;

/// <summary>The node serves.</summary>
/// <param name="Contract">The contract that it follows.</param>
/// <param name="Node">Who it is.</param>
/// <param name="Version">The version of its software.</param>
/// <param name="Address">Where it listens.</param>
/// <param name="Process">Its process id.</param>
public sealed record NodeStarted(ContractId Contract, NodeId Node, string Version, string Address, int Process) : EdgeEvent(Contract);
