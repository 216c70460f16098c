using Starling.Core.Identity;

namespace Starling.Node.Events;

/// <summary>The program trains.</summary>
public sealed record TrainingStarted(ContractId Contract, long Round, int Batches) : EdgeEvent(Contract);
