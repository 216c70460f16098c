using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Tasks;
using Starling.Core.Tasks.Operating;
using Starling.Simulation.Nodes;

namespace Starling.Simulation.Checkers;

/// <summary>
/// An honest operator notes what it begins before it does, works on one run at a time and only while it has read that the run
/// wants its work, and reports only what it began: that it is complete, only if the work said so. It declines only what its owner
/// does not have carried out.
/// </summary>
internal sealed class WorkChecker(IObservedWorld world) : Checker(world)
{
    private const string Rule = "work is honest";

    private readonly SortedDictionary<int, StartWork> works = [];
    private readonly SortedSet<(NodeId Node, long Run)> begun = [];
    private readonly SortedSet<(NodeId Node, long Run)> completed = [];

    public override void Asked(IObservedNode node, Effect effect)
    {
        if (!node.IsHonest)
            return;
        if (effect is Cancel cancel && works.TryGetValue(node.Index, out var given) && given.Id == cancel.Id)
            works.Remove(node.Index);
        if (effect is not StartWork start)
            return;
        if (!works.TryAdd(node.Index, start))
            World.Report(Rule, $"{node.Name} begins run {start.Run} while it works on run {works[node.Index].Run}");
        begun.Add((node.Identity.Id, start.Run));
        if (Noted(node, start.Runner) is not { } note || note.Run != start.Run || note.Attempts != start.Attempt
            || (start.Task.Training is { } training && note.Followed.GetValueOrDefault(training.Contract) != training))
            World.Report("saved before it begins",
                $"{node.Name} begins attempt {start.Attempt} of run {start.Run}, which is not in its journal");
        if (World.RunnerTruth!.Runs.FirstOrDefault(run => run.Number == start.Run) is not { } run || run.Task != start.Task.Name
            || World.RunnerTruth.Tasks[run.Task].Definition != start.Task)
            World.Report(Rule, $"{node.Name} begins task {start.Task.Name} in run {start.Run}, which is of another");
    }

    public override void Stepped(IObservedNode node, Input input, StepResult result)
    {
        if (!node.IsHonest)
            return;
        if (input is WorkEnded ended && works.TryGetValue(node.Index, out var work) && work.Id == ended.Operation)
        {
            works.Remove(node.Index);
            if (ended.Report.State == WorkState.Complete)
                completed.Add((node.Identity.Id, work.Run));
        }

        // A node that dies in this step has asked for the end of its work, though nobody carries that out any more.
        if (works.TryGetValue(node.Index, out var open) && !result.Effects.Any(effect => effect is Cancel cancel && cancel.Id == open.Id)
            && result.State.Runners[open.Runner] is { Reading.HasCaughtUp: true } part
            && !(part.Fold.Run is { IsActive: true } run && run.Number == open.Run
                && run.Work.GetValueOrDefault(node.Identity.Id) is { State: WorkState.Running }))
            World.Report(Rule, $"{node.Name} works on run {open.Run}, though it has read that the run does not want its work");
    }

    public override void Killed(IObservedNode node)
    {
        if (node.State is null)
            works.Remove(node.Index);
    }

    public override void Folded(VerifiedEntry entry, RunnerState before, RunnerFoldResult result)
    {
        var author = entry.Entry.Body.Author;
        if (result.Refusal != Refusal.None || World.Find(author) is not { IsHonest: true } node)
            return;
        if (result.Entry is Decline decline && node.State is { } state
            && state.Options.Tasks.Contains(before.Find(decline.Run)!.Definition.Kind))
            World.Report(Rule, $"{node.Name} declines run {decline.Run}, though it carries out such tasks");
        if (result.Entry is not ReportWork report)
            return;
        if (report.Report.State == WorkState.Complete
            ? !completed.Contains((author, report.Run))
            : report.Report.State == WorkState.Running && !begun.Contains((author, report.Run)))
            World.Report("nothing is reported that was not done", $"{node.Name} reports that run {report.Run} is {report.Report.State}");
    }

    private static RunnerRecord? Noted(IObservedNode node, ContractId runner)
    {
        foreach (var record in node.Disk.Journal)
            if (record.Key == $"{runner}/work")
                return RunnerRecord.Decode(record.Value.AsSpan());
        return null;
    }
}
