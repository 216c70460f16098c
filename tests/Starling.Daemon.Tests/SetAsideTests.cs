using Starling.Api;
using Starling.Api.Checks;
using Starling.Api.Contracts;
using Starling.Api.Events;
using Starling.Core.Kernel;
using Starling.Core.Tasks;
using Starling.Core.Training;
using Starling.Daemon.Checks;
using Starling.Daemon.Tests.Clusters;

namespace Starling.Daemon.Tests;

/// <summary>Real operators of a task whose training they do not know: they say so everywhere, and go on.</summary>
public sealed class SetAsideTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>
    /// Red if the node stops, its status, doctor or events do not tell, it is never ready again, answers from a history that it has not
    /// read to its end, or waits for the contract when it drains.
    /// </summary>
    [Fact(Timeout = 120_000)]
    public async Task A_training_that_nobody_knows_is_told_of_and_does_not_stop_its_operators()
    {
        await using var cluster = await Cluster.CreateServingAsync(2, Cluster.Synthetic(2, 2, rounds: 4), Cancellation);
        await using var node = await cluster.StartAsync(0, Cancellation);
        await using var other = await cluster.StartAsync(1, Cancellation);
        using var client = cluster.ClientOf(0);
        var runner = new TestRunner(cluster);
        var training = await cluster.FoundTrainingAsync("trial", await runner.FoldAsync(), Cancellation, protocol: "hearsay");
        var run = await runner.CarryOutAsync("train", TaskKind.RunTraining, "a model", Cluster.Synthetic(2, 2, rounds: 4), new AllPeers(),
            training);
        Assert.Equal(WorkState.Failed, run.State);
        Assert.Contains("'hearsay'", run.Reason, StringComparison.Ordinal);

        var aside = await ToldAsync(client);
        Assert.Equal(("trial", nameof(HaltReason.UnknownProtocol)), (aside.Contract, aside.Reason));
        NodeStatus status;
        do
            status = await client.GetStatusAsync(Cancellation);
        while (status.Phase != NodePhase.Serving || status.Sentence != "The node waits for a task of task runner runner.");
        Assert.Equal([("runner", null), ("trial", aside.Detail)], status.Followed.Select(each => (each.Contract, each.SetAside)).Order());
        Assert.Contains(aside.Detail, status.Warnings);
        Assert.True((await client.GetReadinessAsync(Cancellation)).Healthy);
        var found = await Doctor.ExamineAsync(cluster.Configuration(0), [], Cancellation);
        Assert.Equal(aside.Detail, found.Single(result => result.Outcome == CheckOutcome.Fail).Finding);

        await Denied(aside.Detail, client.GetPositionAsync("trial", Cancellation));
        using var admin = new EntryAuthor(client, cluster.AdminCertificate());
        var known = await client.GetContractAsync("trial", Cancellation);
        var entry = admin.Sign(new ContractPosition("trial", ContractKind.Training, admin.Id.Value, 0, 1, 2, known.Height, known.ChainHead,
            TrainingState.FoldVersion), TrainingEntryCodec.Encode(new Tombstone("")));
        await Denied(aside.Detail, client.AppendAsync("trial", entry, Cancellation));

        await client.DrainAsync(Cancellation);
        await node.StopRequested.WaitAsync(Cancellation);
    }

    private static async Task<SetAsideEvent> ToldAsync(NodeClient client)
    {
        await foreach (var told in client.GetEventsAsync(0, Cancellation))
            if (told is SetAsideEvent aside)
                return aside;
        throw new InvalidOperationException("The node has stopped.");
    }

    private static async Task Denied(string words, Task ask)
    {
        var denied = await Assert.ThrowsAsync<NodeClientException>(() => ask);
        Assert.Contains(words, denied.Message, StringComparison.Ordinal);
    }
}
