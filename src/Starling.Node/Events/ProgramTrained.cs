using Starling.Core.Identity;

namespace Starling.Node.Events;

/// <summary>The program has trained, and its update is stored.</summary>
/// <param name="Contract">The contract.</param>
/// <param name="Round">The round.</param>
/// <param name="Update">The update.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Elapsed">How long training took, without loading, measuring and storing.</param>
/// <param name="TrainingLoss">The mean loss over the batches.</param>
public sealed record ProgramTrained(
    ContractId Contract, long Round, BlobId Update, long Bytes, TimeSpan Elapsed, double TrainingLoss) : EdgeEvent(Contract);
