using Starling.Core.Identity;
using Starling.Learning.Programs;

namespace Starling.Node.Events;

/// <summary>Training has ended, and the program has measured the final model.</summary>
public sealed record ProgramFinished(ContractId Contract, long Rounds, BlobId Model, Evaluation Evaluation) : EdgeEvent(Contract);
