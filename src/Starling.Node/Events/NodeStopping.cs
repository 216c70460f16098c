using Starling.Core.Identity;

namespace Starling.Node.Events;

/// <summary>The node stops, because it was asked to.</summary>
public sealed record NodeStopping(ContractId Contract, string Reason) : EdgeEvent(Contract);
