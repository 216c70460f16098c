using Starling.Core.Kernel;
using Starling.Simulation.Nodes;

namespace Starling.Simulation.Checkers;

/// <summary>No honest node stops by itself: the simulated ledger never forks, and honest folds never differ.</summary>
internal sealed class HaltChecker(IObservedWorld world) : Checker(world)
{
    public override void Asked(IObservedNode node, Effect effect)
    {
        if (node.IsHonest && effect is Halt halt)
            World.Report("no honest node stops", $"{node.Name} stops: {halt.Reason}, {halt.Detail}");
    }
}
