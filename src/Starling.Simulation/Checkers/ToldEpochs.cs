using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Simulation.Nodes;

namespace Starling.Simulation.Checkers;

/// <summary>
/// Which epoch each node's reports of a contract are of: it tells of an admin's restart where it reads it, and of all that it mirrored
/// before it started it tells nothing.
/// </summary>
internal sealed class ToldEpochs
{
    private readonly SortedDictionary<int, long> epochs = [];

    /// <summary>The epoch that a node's next report is of.</summary>
    public long Of(IObservedNode node) => epochs.GetValueOrDefault(node.Index);

    /// <summary>A node reports something.</summary>
    public void Asked(IObservedNode node, Effect effect)
    {
        if (effect is Report { Event: RoundRestarted restarted })
            epochs[node.Index] = restarted.Epoch;
    }

    /// <summary>A node took a step.</summary>
    public void Stepped(ContractId contract, IObservedNode node, Input input, StepResult result)
    {
        if (input is Started)
            epochs[node.Index] = result.State.Contracts.GetValueOrDefault(contract)?.Fold.Epoch ?? 0;
    }
}
