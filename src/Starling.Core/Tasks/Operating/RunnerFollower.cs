using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;

namespace Starling.Core.Tasks.Operating;

/// <summary>Folds a task runner's entries for this node, and tells of them.</summary>
internal static class RunnerFollower
{
    /// <summary>Folds one entry.</summary>
    /// <param name="step">The step.</param>
    /// <param name="part">This node's part in the task runner.</param>
    /// <param name="entry">Its next entry.</param>
    /// <param name="tells">Whether watchers hear of it.</param>
    public static void Fold(NodeStep step, RunnerPart part, VerifiedEntry entry, bool tells)
    {
        var (runner, before) = (part.Reference.Contract, part.Fold.Run);
        var result = RunnerFold.Apply(part.Fold, entry, step.State.Certifier);
        step.Set(part with { Fold = result.State });
        if (tells)
            Tell(step, runner, before, entry.Entry.Body, result);
        if (SetAside.Unreadable(part.Fold, entry, result.Refusal) is { } unreadable)
            step.SetAside(runner, unreadable);
    }

    private static void Tell(NodeStep step, ContractId runner, RunState? before, EntryBody body, RunnerFoldResult result)
    {
        if (result.Refusal is not (Refusal.None or Refusal.Duplicate))
            step.Report(new EntryRefused(runner, result.State.Height - 1, body.Author, result.Entry?.GetType().Name ?? "unreadable",
                result.Refusal));
        if (result is { Refusal: Refusal.None, Entry: RejoinRunner })
            step.Report(new Rejoining(runner, body.Author, body.Incarnation));
        if (result.Refusal != Refusal.None || result.State.Run is not { } run)
            return;
        if (run.Number != before?.Number)
            step.Report(new TaskAssigned(runner, run.Number, run.Task, run.By, run.Wanted));
        foreach (var (node, report) in run.Work)
            if (run.Number != before?.Number || before.Work.GetValueOrDefault(node) != report)
                step.Report(new WorkReported(runner, run.Number, run.Task, node, report));
        if (!run.IsActive && (run.Number != before?.Number || before.IsActive))
            step.Report(new TaskEnded(runner, run.Number, run.Task, run.State, run.Reason));
    }
}
