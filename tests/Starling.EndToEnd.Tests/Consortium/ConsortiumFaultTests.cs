using Starling.Api;
using Starling.Api.Events;
using Starling.EndToEnd.Tests.Processes;

namespace Starling.EndToEnd.Tests.Consortium;

/// <summary>Links that are cut, members of etcd and nodes that are killed, disks that are emptied, one after another, while five nodes of three organisations train.</summary>
[Collection(nameof(Alone))]
[Trait("Category", "Full")]
public sealed class ConsortiumFaultTests(ITestOutputHelper output)
{
    private const int Rounds = 200, Faults = 3, FirstRound = 3;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Red if two nodes tell different merges of a round, a round is lost, a leader is deposed that was not killed, or a site is missing in a merge and nobody said so.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(10)]
    public async Task Faults_cost_time_and_nothing_else(int seed)
    {
        if (await BridgedNetwork.MissingAsync("iptables") is { } missing)
            Assert.Skip(missing);
        await using var sites = await TrainingSites.CreateAsync();
        sites.WriteScript(Rounds, minPeers: 3);
        sites.Start();
        var script = sites.RunAsync("shell", "train.starling");
        while (!script.IsCompleted && !Committed(sites, 0).Any(told => told.Round >= FirstRound))
            await Task.Delay(200, Cancel);
        var random = new Random(seed);
        var faults = Enumerable.Range(0, Faults).Select(_ => Fault.Draw(random)).ToList();
        output.WriteLine($"seed {seed}: {string.Join("; ", faults)}");
        foreach (var fault in faults)
        {
            var before = Committed(sites, 0).LastOrDefault()?.Round;
            await fault.HappenAsync(sites, Cancel);
            output.WriteLine($"{fault}: rounds {before} to {Committed(sites, 0).LastOrDefault()?.Round}");
        }

        var ended = await script;
        output.WriteLine(ended.Output);
        output.WriteLine(ended.Error);
        // An operator whose disk was lost may have failed its task; training is the contract's matter, and goes on to its end.
        Assert.True(ended.Code is (int)ExitCode.Done or (int)ExitCode.Task, ended.Error);
        foreach (var contract in (string[])["digits", "lab"])
            (await sites.RunAsync(["ledger", "verify", .. TrainingSites.LedgerWords(contract)])).Ended(ExitCode.Done);
        Check(sites, [.. faults.OfType<KilledNode>().Select(fault => TrainingSites.IdOf(fault.Node))]);
    }

    private static IEnumerable<RoundCommittedEvent> Committed(TrainingSites sites, int node) => sites.Events(node).OfType<RoundCommittedEvent>();

    private static void Check(TrainingSites sites, IReadOnlyList<string> killed)
    {
        // The first node is never killed, so it has told all rounds.
        var rounds = Committed(sites, 0).ToList();
        Assert.Equal(Enumerable.Range(1, Rounds).Select(round => (long)round), rounds.Select(told => told.Round));
        var merges = rounds.ToDictionary(told => told.Round, told => told.Merge);
        foreach (var told in Enumerable.Range(1, TrainingSites.Nodes - 1).SelectMany(node => Committed(sites, node)))
            Assert.Equal(merges[told.Round], told.Merge);
        Assert.All(rounds, told => Assert.Empty(told.Named));

        var all = sites.Events(0).ToList();
        Assert.Subset(killed.ToHashSet(StringComparer.Ordinal), all.OfType<TermEndedEvent>().Where(term => term.Reason == "suspected").Select(term => term.Leader).ToHashSet(StringComparer.Ordinal));
        var named = all.OfType<AwaitingEvent>().SelectMany(told => told.Awaited.Select(site => (told.Round, site)))
            .Concat(all.OfType<MergeProposedEvent>().SelectMany(told => told.LeftOut.Select(site => (told.Round, site.Member)))).ToHashSet();
        var sitesAll = Enumerable.Range(0, TrainingSites.Nodes).Select(TrainingSites.IdOf).ToList();
        var silent = rounds.SelectMany(told => sitesAll.Except(told.Contributors).Select(site => (told.Round, site))).Where(missing => !named.Contains(missing)).ToList();
        Assert.True(silent.Count == 0, $"Nobody said why these were missing: {string.Join("; ", silent.Take(20))}");
    }
}
