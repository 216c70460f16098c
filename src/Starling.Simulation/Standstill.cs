using System.Globalization;
using System.Text;
using Starling.Core.Tasks.Operating;
using Starling.Core.Training;

namespace Starling.Simulation;

/// <summary>Where a world stands still: a few lines for each node, for each contract.</summary>
internal static class Standstill
{
    public static string Describe(World world)
    {
        var text = new StringBuilder();
        foreach (var contract in world.Contracts)
            Describe(text, world, contract);
        return text.ToString();
    }

    private static void Describe(StringBuilder text, World world, SimulatedContract contract)
    {
        Round(text.Append(CultureInfo.InvariantCulture, $"{contract.Called("ledger")}: {contract.Truth.Height} entries"), contract.Truth)
            .Append('\n');
        foreach (var node in world.Nodes)
        {
            text.Append(node.Name).Append(node.IsHonest ? "" : " (liar)");
            if (node.State is not { } kernel)
            {
                text.Append(world.Plan.Dying.Contains(node.Index) ? ": dead for good" : ": dead").Append('\n');
                continue;
            }

            if (world.Runner is { } runner)
                Work(text.Append(": "), kernel.Runners[runner.Contract.Contract]);
            if (!kernel.Contracts.TryGetValue(contract.Id, out var part))
            {
                text.Append("; follows no training\n");
                continue;
            }

            text.Append(CultureInfo.InvariantCulture,
                $": folded {part.Fold.Height}, wakes at {kernel.WakeAt}, clock {node.Clock.Show(world.Heap.Now)}");
            Round(text, part.Fold);
            if (part.Protocol is { } own)
                text.Append(CultureInfo.InvariantCulture,
                    $"; own round {own.Round} awaits [{string.Join(' ', own.Awaited.Select(node => node.Name))}]");
            text.Append(CultureInfo.InvariantCulture,
                $"; outbox {part.Outbox.Stage}, assigned {part.Assigned?.Round}, update of {part.Update?.Round}");
            text.Append(CultureInfo.InvariantCulture, $", finished {node.Finished.Contains(contract.Id)}, halted {kernel.HasHalted}");
            if (node.Diverged.Contains(contract.Id))
                text.Append("; training diverged, weights are no longer finite: lower program.learningRate");
            text.Append(CultureInfo.InvariantCulture, $"; held [{string.Join(' ', kernel.Held.Select(blob => blob.Short))}]");
            text.Append(CultureInfo.InvariantCulture,
                $"; fetching [{string.Join(' ', kernel.Transfers.Blobs.Keys.Select(blob => blob.Short))}]");
            text.Append(CultureInfo.InvariantCulture, $"; peers [{string.Join(' ', kernel.PeersUp.Select(peer => peer.Name))}]\n");
        }
    }

    private static void Work(StringBuilder text, RunnerPart part)
    {
        text.Append(CultureInfo.InvariantCulture,
            $"folded {part.Fold.Height} of the runner, outbox {part.Outbox.Stage}, work {part.Work?.Run} {part.Work?.Stage}");
        if (part.Fold.Run is { } run)
            text.Append(CultureInfo.InvariantCulture,
                $", run {run.Number} of {run.Task} {run.State} [{string.Join(' ', run.Work.Select(work => $"{work.Key.Name}:{work.Value.State}"))}]");
    }

    private static StringBuilder Round(StringBuilder text, TrainingState state)
    {
        if (state.Round is not { } round)
            return text;
        text.Append(CultureInfo.InvariantCulture, $"; round {round.Round} opening {round.Opening} term {round.Term}");
        text.Append(CultureInfo.InvariantCulture, $" ready [{string.Join(' ', round.Ready.Keys.Select(node => node.Name))}]");
        if (!round.Leader.IsNone)
            text.Append(CultureInfo.InvariantCulture,
                $" leader {round.Leader.Name} of [{string.Join(' ', round.Frozen.Select(node => node.Name))}]");
        if (round.Proposal is { } proposal)
            text.Append(CultureInfo.InvariantCulture,
                $" proposal {proposal.Merge.Short} votes [{string.Join(' ', round.Votes.Keys.Select(node => node.Name))}]");
        return text;
    }
}
