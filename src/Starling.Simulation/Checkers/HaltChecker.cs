using Starling.Core.Kernel;
using Starling.Simulation.Nodes;

namespace Starling.Simulation.Checkers;

/// <summary>
/// No honest node stops by itself, or sets one of its contracts aside: the simulated ledger never forks, and honest folds never differ.
/// </summary>
internal sealed class HaltChecker(IObservedWorld world) : Checker(world)
{
    public override void Asked(IObservedNode node, Effect effect)
    {
        if (!node.IsHonest)
            return;
        if (effect is Report { Event: ContractSetAside aside })
            World.Report("no honest node stops", $"{node.Name} sets {aside.Contract} aside: {aside.Detail}");
        else if (effect is Halt halt)
            World.Report("no honest node stops", $"{node.Name} stops: {halt.Reason}, {halt.Detail}");
    }
}
