using Starling.Api;
using Starling.Api.Contracts;
using Starling.Api.Tasks;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Tasks;
using Starling.Daemon.Tests.Clusters;

namespace Starling.Daemon.Tests;

/// <summary>A task runner from its founding to the end of a run, as the API tells it.</summary>
public sealed class RunnersApiTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Red if a part of a runner is told wrongly, or not at all.</summary>
    [Fact(Timeout = 120_000)]
    public async Task Operators_tasks_and_runs_are_told()
    {
        await using var desk = await OpenAsync();
        var train = new TaskDefinition(
            TaskName.Parse("train"), TaskKind.RunTraining, "the lab", default, "a model",
            new ContractReference(desk.Cluster.Contract, desk.Cluster.Founding), "nodes: 2\ndata: { set: digits }\n");
        await desk.Admin.AppendAsync("lab", new WriteTask(train, Replaces: false), Cancellation);
        var runner = await desk.Client.GetRunnerAsync("lab", Cancellation);
        Assert.Equal((ContractStage.Idle, 1, null, 0L), (runner.Stage, runner.Tasks, runner.Run, runner.Epoch));
        Assert.Equal([desk.Admin.Id.Value], runner.Admins);
        Assert.Equal([desk.Clerk.Id.Value], runner.Operators);
        Assert.Equal(desk.Anchors[0], runner.Anchors[0]);
        var member = Assert.Single((await desk.Client.GetOperatorsAsync("lab", null, Cancellation)).Items);
        Assert.Equal((desk.Clerk.Id.Value, false), (member.Operator, member.Connected));
        Assert.Equal(desk.Clerk.Enrolment.Chain[0], member.Certificates[0]);

        var task = await desk.Client.GetTaskAsync("lab", "train", Cancellation);
        Assert.Equal(("nodes: 2\ndata: { set: digits }\n", desk.Cluster.Founding.ToString()), (task.Body, task.Founding));
        Assert.Equal(new TaskSummary("train", TaskWord.RunTraining, "the lab", null, "a model", "trial", false, 0), task.Task);

        await desk.Admin.AppendAsync("lab", new FinaliseTask(train.Name), Cancellation);
        await desk.Admin.AppendAsync("lab", new AssignTask(train.Name, new SomePeers(1)), Cancellation);
        await desk.Clerk.AppendAsync("lab", new Enlist(1), Cancellation);
        var lengthy = new string('x', WorkReport.MaxDescriptionBytes);
        await desk.Clerk.AppendAsync("lab",
            new ReportWork(1,
                new WorkReport(WorkState.Complete, lengthy, 0, new WorkUsage(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(2), 5), "out")),
                Cancellation);
        var run = await desk.Client.GetRunAsync("lab", 1, null, Cancellation);
        Assert.Equal((WorkWord.Complete, "with 1 peer", 1, 0, 1, 0),
            (run.Run.State, run.Run.Placement, run.Run.Wanted, run.Run.Working, run.Run.Complete, run.Run.Failed));
        Assert.Equal(new OperatorWork(desk.Clerk.Id.Value, WorkWord.Complete, lengthy, 0, 3, 2, 5, "out"), Assert.Single(run.Work.Items));
        Assert.Equal([run.Run], (await desk.Client.GetRunsAsync("lab", null, Cancellation)).Items);
        Assert.Equal((true, 1L), Told(Assert.Single((await desk.Client.GetTasksAsync("lab", null, Cancellation)).Items)));

        static (bool, long) Told(TaskSummary task) => (task.Final, task.Completed);
    }

    /// <summary>Red if a refusal of the fold is not told, or told in another's words.</summary>
    [Fact(Timeout = 120_000)]
    public async Task What_a_runner_refuses_is_told_in_a_sentence()
    {
        await using var desk = await OpenAsync();
        var task = new TaskDefinition(TaskName.Parse("clean"), TaskKind.StopPrograms, "", default, "", null, "");
        await Denied("shows those there are", new AssignTask(task.Name, new AllPeers()));
        await Denied("breaks a bound", new WriteTask(task with { Kind = TaskKind.RunTraining }, Replaces: false));
        await Denied("no task of this name", new WriteTask(task, Replaces: true));
        await Denied("task clean:1: digets is not a setting", new WriteTask(task with { Body = "digets: 1\n" }, Replaces: false));
        var old = task with { Name = TaskName.Parse("old"), Body = "digets: 1\n" }; // As an older version let it in.
        await desk.Cluster.AppendAsync(SignedEntry.Decode(desk.Admin.Sign(await desk.Client.GetPositionAsync("lab", Cancellation),
            RunnerEntryCodec.Encode(new WriteTask(old, Replaces: false)))), Cancellation);
        await Denied("task old:1: digets is not a setting", new FinaliseTask(old.Name));
        await desk.Admin.AppendAsync("lab", new WriteTask(task, Replaces: false), Cancellation);
        await Denied("edit it", new WriteTask(task, Replaces: false));
        await Denied("finalise it", new AssignTask(task.Name, new AllPeers()));
        await desk.Admin.AppendAsync("lab", new FinaliseTask(task.Name), Cancellation);
        await Denied("can neither be changed", new DeleteTask(task.Name));
        await Denied("fewer peers", new AssignTask(task.Name, new SomePeers(2)));
        await Denied("no member", new AssignTask(task.Name, new OnePeer(desk.Cluster.Nodes[1])));
        await Denied("not the one that goes on", new CancelRun(1, ""));
        await desk.Admin.AppendAsync("lab", new AssignTask(task.Name, new AllPeers()), Cancellation);
        await Denied("wait for its end", new AssignTask(task.Name, new AllPeers()));
        var clerk = await Assert.ThrowsAsync<NodeClientException>(() => desk.Clerk.AppendAsync("lab", new CancelRun(1, ""), Cancellation));
        Assert.Contains("only an admin", clerk.Message, StringComparison.Ordinal);
        await desk.Admin.AppendAsync("lab", new CancelRun(1, "enough"), Cancellation);
        Assert.Equal((WorkWord.Cancelled, "enough"), Told((await desk.Client.GetRunAsync("lab", 1, null, Cancellation)).Run));
        Assert.Contains("no run '2'",
            (await Assert.ThrowsAsync<NodeClientException>(() => desk.Client.GetRunAsync("lab", 2, null, Cancellation))).Message,
            StringComparison.Ordinal);
        Assert.Contains("no task 'x'",
            (await Assert.ThrowsAsync<NodeClientException>(() => desk.Client.GetTaskAsync("lab", "x", Cancellation))).Message,
            StringComparison.Ordinal);

        async Task Denied(string words, RunnerEntry entry)
        {
            var denied = await Assert.ThrowsAsync<NodeClientException>(() => desk.Admin.AppendAsync("lab", entry, Cancellation));
            Assert.Equal(ExitCode.Denied, denied.ExitCode);
            Assert.Contains(words, denied.Message, StringComparison.Ordinal);
        }

        static (WorkWord, string) Told(RunSummary run) => (run.State, run.Reason);
    }

    /// <summary>Red if tasks that wait for one another can be made final: no run of them could ever begin.</summary>
    [Fact(Timeout = 120_000)]
    public async Task Tasks_that_wait_for_one_another_are_refused()
    {
        await using var desk = await OpenAsync();
        var first = new TaskDefinition(TaskName.Parse("first"), TaskKind.StopPrograms, "", default, "", null, "");
        var second = first with { Name = TaskName.Parse("second"), Prerequisite = first.Name };
        await desk.Admin.AppendAsync("lab", new WriteTask(first, Replaces: false), Cancellation);
        await desk.Admin.AppendAsync("lab", new WriteTask(second, Replaces: false), Cancellation);
        var circle = new WriteTask(first with { Prerequisite = second.Name }, Replaces: true);
        Assert.Contains("it waits for second, which waits for first; name another", await DeniedAsync(circle), StringComparison.Ordinal);
        // As an older version let it in.
        await desk.Cluster.AppendAsync(SignedEntry.Decode(desk.Admin.Sign(await desk.Client.GetPositionAsync("lab", Cancellation),
            RunnerEntryCodec.Encode(circle))), Cancellation);
        Assert.Contains("it waits for first, which waits for second; name another", await DeniedAsync(new FinaliseTask(second.Name)),
            StringComparison.Ordinal);

        async Task<string> DeniedAsync(RunnerEntry entry) =>
            (await Assert.ThrowsAsync<NodeClientException>(() => desk.Admin.AppendAsync("lab", entry, Cancellation))).Message;
    }

    private static async Task<Desk> OpenAsync()
    {
        var desk = await Desk.OpenAsync(Cancellation);
        await desk.Admin.FoundAsync("lab", desk.Runner(desk.Anchors, desk.Admin.Enrolment, desk.Clerk.Enrolment), Cancellation);
        return desk;
    }
}
