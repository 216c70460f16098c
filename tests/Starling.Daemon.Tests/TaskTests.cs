using Starling.Api;
using Starling.Api.Contracts;
using Starling.Api.Events;
using Starling.Core.Kernel;
using Starling.Core.Tasks;
using Starling.Daemon.Tests.Clusters;

namespace Starling.Daemon.Tests;

/// <summary>Real nodes that know nothing but a task runner: a task has them train a model together.</summary>
public sealed class TaskTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nodes_that_know_a_task_runner_alone_train_when_a_task_says_so()
    {
        await using var cluster = await Cluster.CreateServingAsync(3, Cluster.Synthetic(3, 2, rounds: 4), Cancellation);
        var nodes = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => cluster.StartAsync(i, Cancellation)));
        try
        {
            using var client = cluster.ClientOf(0);
            await UntilAsync(client, status => status.Phase == NodePhase.Serving);
            var training = await cluster.FoundTrainingAsync("trial", await new TestRunner(cluster).FoldAsync(), Cancellation);
            await new TestRunner(cluster).AssignAsync(TrainingTask("train", training, Cluster.Synthetic(3, 2, rounds: 4)), new AllPeers());

            var told = await EndAsync(client);
            Assert.Equal("complete", told.OfType<TaskEndedEvent>().Single().State);
            Assert.Equal(3, told.OfType<WorkReportedEvent>().Where(e => e.State == "complete").Select(e => e.Operator).Distinct().Count());
            var run = (await new TestRunner(cluster).FoldAsync()).Run!;
            Assert.All(run.Work.Values, report => Assert.Equal("Training of trial has ended after 4 rounds.", report.Description));
            var trained = await client.GetContractAsync("trial", Cancellation);
            Assert.Equal(4, trained.Commits[^1].Round);
            await UntilAsync(client, status => status.Phase == NodePhase.Serving);
            // Each contract with its own: red if the name of one stands beside the entries of the other.
            var idle = await client.GetStatusAsync(Cancellation);
            var runner = await client.GetRunnerAsync("runner", Cancellation);
            Assert.Equal(("trial", trained.Height, trained.ChainHead), (idle.Contract, idle.Height, idle.ChainHead));
            Assert.Equal([("runner", ContractKind.Runner, runner.Height, runner.ChainHead, 1L),
                ("trial", ContractKind.Training, trained.Height, trained.ChainHead, 1L)],
                idle.Followed.Select(f => (f.Contract, f.Kind, f.Height, f.ChainHead, f.Incarnation)).Order());
            var models = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => ModelAsync(cluster, i)));
            Assert.True(models[0].Length > 64);
            Assert.All(models, model => Assert.Equal(models[0], model));
        }
        finally
        {
            foreach (var node in nodes)
                await node.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_node_that_starts_again_goes_on_with_its_task_and_follows_its_contract()
    {
        await using var cluster = await Cluster.CreateServingAsync(2, Cluster.Synthetic(2, 2, rounds: 40), Cancellation);
        await using var first = await cluster.StartAsync(0, Cancellation);
        var second = await cluster.StartAsync(1, Cancellation);
        using var client = cluster.ClientOf(0);
        var training = await cluster.FoundTrainingAsync("trial", await new TestRunner(cluster).FoldAsync(), Cancellation);
        await new TestRunner(cluster).AssignAsync(TrainingTask("train", training, Cluster.Synthetic(2, 2, rounds: 40)), new AllPeers());
        await UntilAsync(client, status => status is { Contract: "trial", Round: > 2 });
        await second.DisposeAsync();
        await using var again = await cluster.StartAsync(1, Cancellation);

        Assert.Equal("complete", (await EndAsync(client)).OfType<TaskEndedEvent>().Single().State);
        Assert.Equal(await ModelAsync(cluster, 0), await ModelAsync(cluster, 1));
    }

    [Fact]
    public async Task A_task_that_names_a_file_of_the_host_fails_with_the_reason_and_reads_nothing()
    {
        await using var cluster = await Cluster.CreateServingAsync(2, Cluster.Synthetic(2, 2, rounds: 4), Cancellation);
        await using var first = await cluster.StartAsync(0, Cancellation);
        await using var second = await cluster.StartAsync(1, Cancellation);
        using var client = cluster.ClientOf(0);
        var training = await cluster.FoundTrainingAsync("trial", await new TestRunner(cluster).FoldAsync(), Cancellation);
        await new TestRunner(cluster).AssignAsync(TrainingTask("steal", training,
            "nodes: 2\ndata: { set: csv, file: /etc/passwd }\nprogram: { kind: softmax }\n"), new AllPeers());

        var ended = (await EndAsync(client)).OfType<TaskEndedEvent>().Single();
        Assert.Equal("failed", ended.State);
        Assert.Contains("data.file", ended.Reason, StringComparison.Ordinal);
        Assert.Contains("tasks.set", (await new TestRunner(cluster).FoldAsync()).Run!.Work.Values.First().Description,
            StringComparison.Ordinal);
    }

    /// <summary>Red if a node whose program has not come yet is said to train.</summary>
    [Fact]
    public async Task A_node_whose_program_has_not_opened_its_session_waits_for_it()
    {
        await using var cluster = await Cluster.CreateServingAsync(2, Cluster.Synthetic(2, 2, rounds: 4), Cancellation);
        await using var node = await cluster.StartAsync(0, Cancellation);
        using var client = cluster.ClientOf(0);
        var training = await cluster.FoundTrainingAsync("trial", await new TestRunner(cluster).FoldAsync(), Cancellation);
        await new TestRunner(cluster).AssignAsync(TrainingTask("train", training, "command: [sleep, '3600']\nopenTimeout: 1h\n"),
            new AllPeers());
        await UntilAsync(client, status => status.Sentence == "Round 1 waits for this node's program, which has not opened its session.");
        Assert.Equal(NodePhase.AwaitingProgram, (await client.GetStatusAsync(Cancellation)).Phase);

        await new TestRunner(cluster).AppendAsync(new CancelRun(1, "enough"));
        await UntilAsync(client, status => status.Sentence == "Round 1 waits for this node's program; no task runs one here now.");
        Assert.Equal(NodePhase.AwaitingProgram, (await client.GetStatusAsync(Cancellation)).Phase);
    }

    private static TaskDefinition TrainingTask(string name, ContractReference training, string body) =>
        new(TaskName.Parse(name), TaskKind.RunTraining, "a test", default, "a model", training, body);

    private static async Task<List<ApiEvent>> EndAsync(NodeClient client)
    {
        var told = new List<ApiEvent>();
        await foreach (var told1 in client.GetEventsAsync(0, Cancellation))
        {
            told.Add(told1);
            if (told1 is TaskEndedEvent)
                break;
        }

        return told;
    }

    private static async Task UntilAsync(NodeClient client, Func<NodeStatus, bool> holds)
    {
        while (!holds(await client.GetStatusAsync(Cancellation)))
            await Task.Delay(20, Cancellation);
    }

    private static async Task<byte[]> ModelAsync(Cluster cluster, int node)
    {
        using var client = cluster.ClientOf(node);
        await using var model = await client.OpenModelAsync("trial", null, 0, Cancellation);
        using var copy = new MemoryStream();
        await client.CopyAsync(model, copy, Cancellation);
        return copy.ToArray();
    }
}
