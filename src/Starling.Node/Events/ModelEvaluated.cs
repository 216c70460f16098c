using Starling.Core.Identity;
using Starling.Learning.Programs;

namespace Starling.Node.Events;

/// <summary>The program has measured a model.</summary>
/// <param name="Contract">The contract.</param>
/// <param name="Kind">Which model.</param>
/// <param name="Round">The round whose model it is: of a merge, the one that committed it; 0 for the initial model.</param>
/// <param name="Evaluation">What it scored.</param>
public sealed record ModelEvaluated(ContractId Contract, ModelKind Kind, long Round, Evaluation Evaluation) : EdgeEvent(Contract);
