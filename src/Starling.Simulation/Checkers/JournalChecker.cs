using Starling.Core.Ledger;
using Starling.Simulation.Nodes;

namespace Starling.Simulation.Checkers;

/// <summary>An entry's own bytes are in the journal before it leaves the node.</summary>
internal sealed class JournalChecker(IObservedWorld world) : Checker(world)
{
    public override void Sent(IObservedNode node, SignedEntry entry)
    {
        if (node.IsHonest && !node.Disk.Journal.Any(record => record.Value.AsSpan().IndexOf(entry.BodyBytes) >= 0))
            World.Report("saved before announced",
                $"{node.Name} sends entry {entry.Body.Incarnation}.{entry.Body.Sequence}, which is not in its journal");
    }
}
