using System.Security.Cryptography.X509Certificates;
using Starling.Api;
using Starling.Api.Events;
using Starling.Core.Contracts;
using Starling.Core.Training;
using Starling.Daemon.Tests.Clusters;

namespace Starling.Daemon.Tests;

/// <summary>An admin puts members out of a contract, and changes its settings; nodes tell of it.</summary>
public sealed class ExpulsionTests
{
    private const string Sentence =
        "An admin has put this node out of contract trial: it takes part in no further round and gets no further merge. What it holds stays. If that is a mistake, talk to the contract's admin.";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>
    /// Red if a node that was put out goes on as if nothing had happened, says it more than once or never again, or cannot be drained.
    /// </summary>
    [Fact(Timeout = 120_000)]
    public async Task A_node_that_is_put_out_says_so_each_time()
    {
        await using var desk = await Desk.OpenAsync(Cancellation);
        var self = desk.Cluster.Nodes[0];
        await desk.Admin.AppendAsync("trial", new Revoke(self), Cancellation);
        Assert.Equal((NodePhase.Waiting, Sentence), Told(await desk.Client.GetStatusAsync(Cancellation)));
        var certificate =
            X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(Path.Combine(desk.Cluster.NodeFolder(0), "node.pem"), Cancellation));
        await desk.Admin.AppendAsync("trial", new Enrol(new Enrolment(self, LeaderEligible: true, [[.. certificate.RawData]])),
            Cancellation);
        Assert.NotEqual(Sentence, (await desk.Client.GetStatusAsync(Cancellation)).Sentence);
        await desk.Admin.AppendAsync("trial", new Revoke(self), Cancellation);
        Assert.Equal((NodePhase.Waiting, Sentence), Told(await desk.Client.GetStatusAsync(Cancellation)));

        await desk.Client.DrainAsync(Cancellation);
        await desk.Daemon.StopRequested.WaitAsync(Cancellation);
        await desk.Daemon.DisposeAsync();
        await using var again = await desk.Cluster.StartAsync(0, Cancellation);
        var told = new List<string>();
        await foreach (var next in desk.Client.GetEventsAsync(0, Cancellation))
            if (next is ExpelledEvent { Contract: "trial", What: var what })
            {
                told.Add(what);
                break;
            }

        Assert.Equal([Sentence], told);
        Assert.Equal(2,
            EventFile.Read(Path.Combine(desk.Cluster.NodeFolder(0), EventFile.Name)).TakeWhile(next => next is not NodeStoppingEvent)
                .Count(next => next is ExpelledEvent));

        static (NodePhase, string) Told(NodeStatus status) => (status.Phase, status.Sentence);
    }

    /// <summary>Red if a member that was put out is awaited, or counts among those of the next round.</summary>
    [Fact(Timeout = 120_000)]
    public async Task Nobody_awaits_whom_an_admin_has_put_out()
    {
        // Within the grace, node 0 would open the round again, and training would end before it is looked at.
        await using var desk = await Desk.OpenAsync(Cancellation, grace: "30s");
        var (first, second) = (desk.Cluster.Nodes[0].Value, desk.Cluster.Nodes[1].Value);
        var before = await desk.Client.GetContractAsync("trial", Cancellation);
        Assert.Equal([second], before.Unconnected);
        Assert.Equal([first, second], before.Next);
        Assert.Empty(before.Expelled);

        await desk.Admin.AppendAsync("trial", new Revoke(desk.Cluster.Nodes[1]), Cancellation);
        var after = await desk.Client.GetContractAsync("trial", Cancellation);
        Assert.Equal([first, second], after.Members);
        Assert.Equal([first], after.Next);
        Assert.Equal([second], after.Expelled);
        Assert.Empty(after.Unconnected);
        var status = await desk.Client.GetStatusAsync(Cancellation);
        Assert.Empty(status.Awaited);
        Assert.Equal(
            "1 of 2 needed members are ready, and no other is left: they open the round again by themselves, with members who wait, or training ends.",
            status.Sentence);
    }

    /// <summary>
    /// Red if a setting is not told, so that a change of another one would lose it, or if what is to come is taken for what is in force.
    /// </summary>
    [Fact(Timeout = 120_000)]
    public async Task All_settings_are_told_those_to_come_and_what_the_open_round_needs()
    {
        await using var desk = await Desk.OpenAsync(Cancellation);
        var found = (Found)TrainingEntryCodec.Decode(await desk.Cluster.FoundingPayloadAsync(Cancellation));
        var changed = found.Settings with
        {
            Rounds = 5,
            SyncInterval = 6,
            MinPeers = 3,
            Audit = AuditMode.Sampled,
            AuditChunks = 9,
            MergeRule = "multikrum",
            MergeParameters = [KeyValuePair.Create("f", 1.0), KeyValuePair.Create("m", 2.0)],
            Adaptive = new AdaptiveInterval(2, 40, 4),
            LeaderTimeout = TimeSpan.FromSeconds(7.5),
            AbsentTimeout = TimeSpan.FromMinutes(2),
            Grace = TimeSpan.FromMilliseconds(1),
            ClaimDelay = TimeSpan.FromMilliseconds(33),
        };
        await desk.Admin.AppendAsync("trial", new ChangeSettings(changed), Cancellation);
        var told = await desk.Client.GetContractAsync("trial", Cancellation);
        Assert.Equal(2, told.MinPeers);
        var settings = told.Settings!;
        Assert.Equal([new("f", 1.0), new("m", 2.0)], settings.MergeParameters!.OrderBy(parameter => parameter.Key));
        Assert.Empty(settings.ProtocolParameters!);
        Assert.Equal(
            new ContractSettings("leader", 5, 6, 3, "sampled", "multikrum", changed.SchemaHash.ToString(), changed.MaxModelBytes, 7.5, 120,
                0.001, 0.033)
            {
                AuditChunks = 9,
                MergeParameters = settings.MergeParameters,
                ProtocolParameters = settings.ProtocolParameters,
                Adaptive = new AdaptiveBounds(2, 40, 4),
            }, settings);
    }
}
