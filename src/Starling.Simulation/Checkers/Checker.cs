using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Tasks;
using Starling.Core.Training;
using Starling.Simulation.Nodes;

namespace Starling.Simulation.Checkers;

/// <summary>
/// Watches one rule of safety. It is told of everything after every event, and reports the first time that the rule is broken.
/// </summary>
internal abstract class Checker(IObservedWorld world)
{
    /// <summary>What is watched.</summary>
    protected IObservedWorld World => world;

    /// <summary>A node is about to carry out an effect.</summary>
    public virtual void Asked(IObservedNode node, Effect effect)
    {
    }

    /// <summary>A node sends an entry to the ledger.</summary>
    public virtual void Sent(IObservedNode node, SignedEntry entry)
    {
    }

    /// <summary>An entry of the ledger became final.</summary>
    public virtual void Folded(VerifiedEntry entry, TrainingState before, FoldResult result)
    {
    }

    /// <summary>An entry of the task runner's ledger became final.</summary>
    public virtual void Folded(VerifiedEntry entry, RunnerState before, RunnerFoldResult result)
    {
    }

    /// <summary>A node took a step and its effects were carried out.</summary>
    public virtual void Stepped(IObservedNode node, Input input, StepResult result)
    {
    }

    /// <summary>The same step was taken again from the same state.</summary>
    public virtual void Repeated(IObservedNode node, StepResult first, StepResult second)
    {
    }

    /// <summary>A node was killed; its disk is what is left.</summary>
    public virtual void Killed(IObservedNode node)
    {
    }
}
