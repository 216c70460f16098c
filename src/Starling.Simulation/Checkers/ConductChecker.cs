using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Training;
using Starling.Simulation.Nodes;

namespace Starling.Simulation.Checkers;

/// <summary>
/// What an honest node does not say, though the fold would take it: who has voted suspects nobody any more, and who leads gives a term up
/// only if members came too late for it (<c>round-protocol</c>, section 4).
/// </summary>
internal sealed class ConductChecker(IObservedWorld world) : Checker(world)
{
    public override void Stepped(IObservedNode node, Input input, StepResult result)
    {
        if (!node.IsHonest)
            return;
        foreach (var effect in result.Effects)
            if (effect is Sign sign && EntryBody.Decode(sign.Bytes.AsMemory()) is { } body && body.Contract == World.Truth.Contract
                && result.State.Contracts.GetValueOrDefault(body.Contract)?.Fold.Round is { } round)
                Check(node, TrainingEntryCodec.Decode(body.Payload), round);
    }

    private void Check(IObservedNode node, TrainingEntry entry, RoundState round)
    {
        if (entry is Suspect && round.Votes.ContainsKey(node.Identity.Id))
            World.Report("who has voted suspects nobody", $"{node.Name} suspects {round.Leader.Name} in round {round.Round} after its vote");
        else if (entry is Resign && round.Ready.Count <= round.Frozen.Count)
            World.Report("a term is given up for the late alone", $"{node.Name} resigns in round {round.Round}, though nobody came late");
    }
}
