using Starling.Api;
using Starling.Core.Contracts;
using Starling.Core.Kernel;
using Starling.Core.Tasks;
using Starling.Core.Tasks.Operating;
using Starling.Core.Training.Participation;

namespace Starling.Daemon.Http;

/// <summary>Puts into words what a node is doing for its task runner.</summary>
internal static class TaskView
{
    /// <summary>A training contract that the node is busy with, or else was last; null if it follows none.</summary>
    public static Participant? Training(NodeState state)
    {
        var latest = state.Runners.Values.Select(runner => Training(state, runner)).OfType<Participant>().ToList();
        return latest.Find(GoesOn) ?? latest.FirstOrDefault(p => p.SetAside is null)
            ?? state.Contracts.Values.FirstOrDefault(GoesOn) ?? latest.FirstOrDefault() ?? state.Contracts.Values.FirstOrDefault();

        static bool GoesOn(Participant p) => p is { Fold.Ended: false, SetAside: null };
    }

    private static Participant? Training(NodeState state, RunnerPart runner)
    {
        for (var i = runner.Fold.Runs.Length - 1; i >= 0; i--)
            if (runner.Fold.Tasks.GetValueOrDefault(runner.Fold.Runs[i].Task)?.Definition.Training is { } training
                && state.Contracts.TryGetValue(training.Contract, out var followed))
                return followed;
        return null;
    }

    /// <summary>The phase of a node that trains nothing now, and a sentence.</summary>
    public static (NodePhase Phase, string Sentence) Phase(NodeIdentity self, RunnerPart runner)
    {
        var fold = runner.Fold;
        if (runner.SetAside is { } why)
            return (NodePhase.Waiting, why.Detail);
        if (!fold.IsFounded)
            return (NodePhase.Registered, $"The node waits for task runner {fold.Contract} to be founded.");
        if (!runner.Reading.HasCaughtUp)
            return (NodePhase.Registered, "The node reads the ledger.");
        if (runner.IsUnderAnotherKey(self))
            return (NodePhase.Waiting, ContractPart.AnotherKey(fold.Contract, self));
        if (!fold.Operators.Contains(self.Id))
            return (NodePhase.Registered, $"The node is no operator of task runner {fold.Contract}; have an admin enrol it.");
        if (fold.Run is not { IsActive: true } run)
            return (NodePhase.Serving, $"The node waits for a task of task runner {fold.Contract}.");
        return run.Work.GetValueOrDefault(self.Id) switch
        {
            { State: WorkState.Running } report => (NodePhase.Serving, $"The node works on task {run.Task}: {report.Description}."),
            { State: WorkState.Refused } report => (NodePhase.Serving, $"The node refuses task {run.Task}: {report.Description}"),
            { } report => (NodePhase.Serving, $"The node's work on task {run.Task} is over ({report.State}); others go on."),
            null => (NodePhase.Serving, $"Task {run.Task} goes on without this node."),
        };
    }
}
