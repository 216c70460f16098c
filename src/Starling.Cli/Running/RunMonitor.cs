using Starling.Api;
using Starling.Api.Events;
using Starling.Cli.Runs;
using Starling.Ledgers.Storage;

namespace Starling.Cli.Running;

/// <summary>
/// Brings together what supervisors and followers learn of a run's nodes, on many threads, and shows it. A node's events carry cursors
/// that go on across its lives; but what a killed node had told and not written is told again under other events' cursors, so each life
/// begins where its file ends.
/// </summary>
internal sealed class RunMonitor
{
    private const int MostFailures = 3;
    private const long RoomMargin = 64 * 1024; // a node also writes its journal, its events and its log

    private readonly Lock gate = new();
    private readonly Dictionary<PlannedNode, Following> following = [];
    private readonly TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<NodeFailure> failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly RunFolder folder;
    private readonly int minPeers;
    private readonly long modelBytes;
    private readonly RunView view;

    /// <summary>Begins with what nodes told in earlier lives of the run.</summary>
    public RunMonitor(RunFolder folder, RunPlan plan, RunProgress progress, (int MinPeers, long ModelBytes) needed, RunView view)
    {
        (Progress, minPeers, modelBytes, this.folder, this.view) = (progress, needed.MinPeers, needed.ModelBytes, folder, view);
        for (var i = 0; i < plan.Nodes.Count; i++)
        {
            following[plan.Nodes[i]] = new Following(progress.Nodes[i]);
            Read(plan.Nodes[i], folder.Events(plan.Nodes[i]), isShown: false);
            progress.Nodes[i].IsUp = false;
        }

        progress.Untold.RemoveAll(round => round.Committed is not null);
    }

    /// <summary>What the nodes told.</summary>
    public RunProgress Progress { get; }

    /// <summary>Completes when every node has told something in this life of the run.</summary>
    public Task AllStarted => started.Task;

    /// <summary>Completes when every node that still runs holds the final model.</summary>
    public Task Finished => finished.Task;

    /// <summary>Completes when too few nodes are left, or one cannot even start.</summary>
    public Task<NodeFailure> Failed => failed.Task;

    /// <summary>Which life of a node is followed, and the last cursor that was taken in.</summary>
    public (int Life, long After) Position(PlannedNode node)
    {
        lock (gate)
            return (following[node].Life, following[node].Cursor);
    }

    /// <summary>A node's process was started.</summary>
    public void Started(PlannedNode node, int process)
    {
        lock (gate)
        {
            var of = following[node];
            if (of.Starts++ > 0)
            {
                of.View.Doing = "starting again";
                view.Say($"{node.Name} is started again (process {process})");
            }
        }
    }

    /// <summary>A node's process has ended though nobody here asked it to.</summary>
    public void Ended(PlannedNode node, string how, NodeFailure? failure, IEnumerable<ApiEvent> events)
    {
        lock (gate)
        {
            var of = following[node];
            Read(node, events, isShown: true);
            of.Life++;
            of.View.Doing = failure is null ? "dead" : "given up";
            of.IsGone = of.View.IsGone = failure is not null;
            view.Say(failure is null
                ? $"{node.Name} {how}; it is started again in {NodeSupervisor.Pause.TotalSeconds:0} s"
                : $"{node.Name} {how} and is not started again: {failure.Sentence}");
            if (failure is not null && (!of.View.IsUp || IsTooFew()))
                failed.TrySetResult(failure);
            Conclude();
        }
    }

    /// <summary>Takes in an event; false if the life that it belongs to is over.</summary>
    public bool Tell(PlannedNode node, ApiEvent told, int life)
    {
        lock (gate)
        {
            var of = following[node];
            if (of.Life != life)
                return false;
            Apply(of, told, isShown: true);
            of.View.IsUp = true;
            JudgeRoom(node, of, told);
            JudgeProgram(node, of, told);
            if (following.Values.All(other => other.View.IsUp || other.IsGone))
                started.TrySetResult();
            Conclude();
            return true;
        }
    }

    /// <summary>Looks at the progress, or shows it, while nothing changes it.</summary>
    public T Look<T>(Func<RunProgress, T> look)
    {
        lock (gate)
            return look(Progress);
    }

    private void Read(PlannedNode node, IEnumerable<ApiEvent> events, bool isShown)
    {
        var of = following[node];
        var last = 0L;
        foreach (var told in events)
        {
            last = told.Cursor;
            if (told.Cursor > of.Cursor)
                Apply(of, told, isShown);
        }

        of.Cursor = last;
    }

    private void Apply(Following of, ApiEvent told, bool isShown)
    {
        of.Cursor = told.Cursor;
        Progress.Apply(of.View, told);
        if (told is ExpelledEvent)
            of.IsGone = of.View.IsGone = true; // No final model comes to it.
        if (isShown)
            view.Told(Progress, of.View, told);
    }

    // A node whose disk is full tries again by itself. But once too few are left without it, nobody gains by waiting.
    private void JudgeRoom(PlannedNode node, Following of, ApiEvent told)
    {
        of.IsFull = told switch
        {
            ProgramFailedEvent or TroubleEvent =>
                IsShort(folder.NodeFolder(node)) || IsShort(folder.NodeData(node)),
            TrainedEvent => false,
            _ => of.IsFull,
        };
        if (of.IsFull && IsTooFew())
            failed.TrySetResult(new NodeFailure(ExitCode.Disk,
                $"there is no room left for {node.Name} in {folder.NodeFolder(node)}; make room on its disk."));
    }

    private bool IsShort(string disk) => DiskRoom.Of(disk) < modelBytes + RoomMargin;

    // A program is tried again by its node. But what fails three times in a row will not mend itself.
    private void JudgeProgram(PlannedNode node, Following of, ApiEvent told)
    {
        of.Failures = told switch
        {
            ProgramFailedEvent => of.Failures + 1,
            TrainedEvent => 0,
            _ => of.Failures,
        };
        if (told is ProgramFailedEvent { What: var what } && of.Failures >= MostFailures && IsTooFew())
            failed.TrySetResult(new NodeFailure(ExitCode.Program, $"the program of {node.Name} fails again and again: {what}"));
    }

    private bool IsTooFew() => following.Values.Count(of => !of.IsGone && !of.IsFull && of.Failures < MostFailures) < minPeers;

    private void Conclude()
    {
        if (started.Task.IsCompleted && RunProgress.IsFinished(following.Values.Where(of => !of.IsGone).Select(of => of.View)))
            finished.TrySetResult();
    }

    private sealed class Following(NodeView view)
    {
        public NodeView View => view;

        public long Cursor { get; set; }

        public int Life { get; set; }

        public int Starts { get; set; }

        public bool IsGone { get; set; }

        public bool IsFull { get; set; }

        public int Failures { get; set; }
    }
}
