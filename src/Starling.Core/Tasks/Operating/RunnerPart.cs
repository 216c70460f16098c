using Starling.Core.Contracts;
using Starling.Core.Kernel;

namespace Starling.Core.Tasks.Operating;

/// <summary>This node's part in one task runner. Immutable.</summary>
public sealed record RunnerPart : ContractPart
{
    /// <summary>The task runner as this node folded it.</summary>
    public required RunnerState Fold { get; init; }

    /// <inheritdoc/>
    public override ContractState Folded => Fold;

    /// <summary>What this node carries out; null for nothing.</summary>
    public WorkInHand? Work { get; init; }

    /// <summary>What its journal keeps, or is about to.</summary>
    public RunnerRecord Record { get; init; } = RunnerRecord.Empty;

    /// <summary>A task runner of which nothing is known yet.</summary>
    public static RunnerPart Create(ContractReference reference) => new()
    {
        Reference = reference,
        Fold = RunnerState.Empty(reference.Contract, reference.Founding),
    };
}
