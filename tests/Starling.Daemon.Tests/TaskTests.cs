using Starling.Api;
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
            Assert.Equal(4, (await client.GetContractAsync("trial", Cancellation)).Commits[^1].Round);
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
        await new TestRunner(cluster).AssignAsync(TrainingTask("steal", training, "nodes: 2\ndata: { set: csv, file: /etc/passwd }\nprogram: { kind: softmax }\n"), new AllPeers());

        var ended = (await EndAsync(client)).OfType<TaskEndedEvent>().Single();
        Assert.Equal("failed", ended.State);
        Assert.Contains("data.file", ended.Reason, StringComparison.Ordinal);
        Assert.Contains("tasks.set", (await new TestRunner(cluster).FoldAsync()).Run!.Work.Values.First().Description, StringComparison.Ordinal);
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
        await using var stream = await client.OpenLatestModelAsync("trial", 0, Cancellation);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy, Cancellation);
        return copy.ToArray();
    }
}
