using Starling.Api;
using Starling.Api.Events;
using Starling.EndToEnd.Tests.Processes;

namespace Starling.EndToEnd.Tests;

/// <summary>
/// Nodes that lie, as real processes among honest ones. The liar is a program of the tests: <c>starling node start</c>
/// has no way to become one.
/// </summary>
public sealed class LyingNodeTests : IDisposable
{
    private const string Liar = "node-2";
    private const int Rounds = 5;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact(Timeout = TimeLimit.Quick)]
    public async Task A_leader_that_merges_wrongly_is_named_and_its_merge_is_never_committed()
    {
        // It alone may lead. Only with auditing in full is a lie in so small a model always found by everyone.
        var (record, events) = await RunAsync("WrongMerge", "audit: full, leaders: [2]");
        var commits = events.OfType<RoundCommittedEvent>().ToList();
        Assert.Equal(Rounds, commits.Count);
        Assert.All(commits, commit => Assert.Equal([record.IdOf(Liar)], commit.Named));
        Assert.All(commits,
            commit => Assert.NotEqual(commit.Merge, events.OfType<MergeProposedEvent>().Single(told => told.Round == commit.Round).Merge));

        // As if it had not lied: an honest run of the same seed commits the same merges, bit for bit.
        (await StarlingProcess.RunAsync(folder.Path, "run", "small.yaml")).Ended(ExitCode.Done);
        var honest = new RunRecord(folder["runs/small-2"]);
        Assert.Equal(honest.Commits().Select(round => round.Single()), commits.Select(commit => commit.Merge));

        var report = await StarlingProcess.RunAsync(folder.Path, "ledger", "verify", "small-1");
        report.Ended(ExitCode.Done);
        (await StarlingProcess.RunAsync(folder.Path, "runs", "report", "small-1")).Ended(ExitCode.Done);
        Assert.Contains(Liar,
            await File.ReadAllTextAsync(Path.Combine(record.Folder, "report.html"), TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }

    [Fact(Timeout = TimeLimit.Quick)]
    public async Task A_follower_that_cries_wolf_deposes_nobody()
    {
        var (record, events) = await RunAsync("CryWolf", "leaders: [1, 3, 4]");
        Assert.All(events.OfType<RoundCommittedEvent>(), commit => Assert.Equal(1, commit.Term));
        Assert.Equal([record.IdOf(Liar)], events.OfType<LeaderSuspectedEvent>().Select(told => told.By).Distinct());
        Assert.Empty(events.OfType<TermEndedEvent>());
    }

    [Fact(Timeout = TimeLimit.Quick)]
    public async Task A_leader_that_only_pretends_to_work_is_replaced_in_time()
    {
        var leaderTimeout = TimeSpan.FromSeconds(2);
        // Who leads is drawn by lot: there are rounds until the liar has led and another's merge was committed after it. All four are
        // needed: otherwise the honest ones might be through before a liar that starts late has led at all.
        var (record, events) = await RunAsync("FalseProgress", $"leaderTimeout: {leaderTimeout.TotalSeconds}s, claimDelay: 100ms",
            minPeers: 4, rounds: 100, isEnough: (record, told) => told[^1] is RoundCommittedEvent
                && told.OfType<LeaderClaimedEvent>().Any(claim => claim.Leader == record.IdOf(Liar)));
        var claims = events.OfType<LeaderClaimedEvent>().Where(claim => claim.Leader == record.IdOf(Liar)).ToList();
        Assert.NotEmpty(claims);
        foreach (var claim in claims)
        {
            var ended = events.OfType<TermEndedEvent>().Single(told => told.Round == claim.Round && told.Term == claim.Term);
            var limit = (leaderTimeout * Math.Pow(2, claim.Term - 1)) + TimeSpan.FromSeconds(2);
            Assert.InRange(ended.At - claim.At, TimeSpan.Zero, limit);
        }

        Assert.DoesNotContain(events.OfType<RoundCommittedEvent>(), commit => commit.Leader == record.IdOf(Liar));
    }

    [Fact(Timeout = TimeLimit.Quick)]
    public async Task A_node_loads_no_other_edge_than_its_own()
    {
        var record = await SetUpAsync("audit: full");
        await File.AppendAllTextAsync(record.NodeFile(Liar), "edge: Starling.Liar.dll\n", TestContext.Current.CancellationToken);
        var refused = await StarlingProcess.RunAsync(folder.Path, "node", "start", "--config", record.NodeFile(Liar));
        refused.Ended(ExitCode.Configuration);
        Assert.Contains("edge is not a setting", refused.Error, StringComparison.Ordinal);
        (await StarlingProcess.RunAsync(folder.Path, "node", "start", "--config", record.NodeFile("node-1"), "--lie",
            "WrongMerge")).Ended(ExitCode.Usage);
    }

    // Three honest nodes and a liar, until training has ended or enough was told; what the first node told.
    private async Task<(RunRecord Record, List<ApiEvent> Events)> RunAsync(string lie, string training, int minPeers = 3,
        int rounds = Rounds, Func<RunRecord, List<ApiEvent>, bool>? isEnough = null)
    {
        var record = await SetUpAsync(training, minPeers, rounds);
        var nodes = new List<StarlingProcess>();
        try
        {
            foreach (var node in record.Nodes)
                nodes.Add(node == Liar
                    ? StarlingProcess.StartLiar(folder.Path, record.NodeFile(node), lie)
                    : StarlingProcess.Start(folder.Path, "node", "start", "--config", record.NodeFile(node), "--parent-stdin"));
            var told = new List<ApiEvent>();
            await foreach (var happened in record.FollowAsync("node-1", TestContext.Current.CancellationToken))
            {
                told.Add(happened);
                if (happened is TrainingEndedEvent || isEnough?.Invoke(record, told) == true)
                    break;
            }

            return (record, told);
        }
        finally
        {
            foreach (var node in nodes)
                await node.DisposeAsync();
        }
    }

    private async Task<RunRecord> SetUpAsync(string training, int minPeers = 3, int rounds = Rounds)
    {
        folder.WriteFlat(nodes: 4, minPeers, rounds, training);
        await using var run = StarlingProcess.Start(folder.Path, "run", "small.yaml");
        await run.LineAsync(line => line.StartsWith("small: 4 nodes", StringComparison.Ordinal));
        await run.KillAsync(withChildren: true);
        return new RunRecord(folder["runs/small-1"]);
    }
}
