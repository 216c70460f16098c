using Starling.Api.Tasks;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Tasks;
using Starling.Daemon.Events;

namespace Starling.Daemon.Http.Tasks;

/// <summary>Describes a task runner as it was folded.</summary>
internal static class RunnerView
{
    public static RunnerDescription Describe(RunnerState fold, bool isFollowed) => new(
        fold.Contract.Value, fold.Founding.ToString(), isFollowed, ContractView.Stage(fold), fold.Epoch, fold.Height,
        fold.ChainHash.ToString(),
        [.. fold.Anchors.Select(anchor => anchor.ToArray())], ContractView.Admins(fold), EventProjection.Names(fold.Operators),
        fold.Tasks.Count,
        fold.Run is { } run ? Summarise(run) : null);

    public static OperatorDescription Describe(RunnerState fold, NodeId member, NodeState node) => new(
        member.Value, [.. fold.Enrolments[member].Chain.Select(certificate => certificate.ToArray())],
        member == node.Self.Id || node.PeersUp.Contains(member));

    public static TaskSummary Summarise(TaskState task)
    {
        var definition = task.Definition;
        return new TaskSummary(
            definition.Name.Value, (TaskWord)definition.Kind, definition.Author,
            definition.Prerequisite.IsNone ? null : definition.Prerequisite.Value, definition.Outcome,
            definition.Training?.Contract.Value, task.IsFinal, task.Completed);
    }

    public static TaskDescription Describe(TaskState task) =>
        new(Summarise(task), task.Definition.Training?.Founding.ToString(), task.Definition.Body);

    public static RunSummary Summarise(RunState run) => new(
        run.Number, run.Task.Value, run.By.Value, Words(run.Placement), run.Wanted, (WorkWord)run.State, run.Reason, run.Height,
        Count(run, WorkState.Running), Count(run, WorkState.Complete), Count(run, WorkState.Failed))
    {
        Refused = Count(run, WorkState.Refused),
    };

    /// <summary>A run with a page of what its operators say.</summary>
    public static RunDescription Describe(RunState run, PageRequest page) => new(Summarise(run), page.Of(
        run.Work, work => work.Key.Value, work => Describe(work.Key, work.Value), work => work.Description.Length + work.Output.Length));

    private static OperatorWork Describe(NodeId member, WorkReport report) => new(
        member.Value, (WorkWord)report.State, report.Description, report.ExitCode, report.Usage.Elapsed.TotalSeconds,
        report.Usage.Processor.TotalSeconds,
        report.Usage.PeakMemory, report.Output);

    private static string Words(Placement placement) => placement switch
    {
        SomePeers some => $"with {some.Count} {(some.Count == 1 ? "peer" : "peers")}",
        OnePeer one => $"target {one.Operator}",
        _ => "with all peers",
    };

    private static int Count(RunState run, WorkState state) => run.Work.Values.Count(report => report.State == state);
}
