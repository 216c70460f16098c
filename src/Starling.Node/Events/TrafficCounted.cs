using Starling.Core.Identity;

namespace Starling.Node.Events;

/// <summary>How many bytes were exchanged with peers since the node started, when a round committed.</summary>
public sealed record TrafficCounted(ContractId Contract, long Round, long BytesIn, long BytesOut) : EdgeEvent(Contract);
