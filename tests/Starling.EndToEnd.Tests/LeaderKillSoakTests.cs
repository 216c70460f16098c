using System.Diagnostics;
using System.Text.Json;
using Starling.Api;
using Starling.Api.Events;
using Starling.EndToEnd.Tests.Processes;

namespace Starling.EndToEnd.Tests;

/// <summary>A large model, whose leader's process is killed again and again between its claim and its merge.</summary>
[Collection(nameof(Alone))]
[Trait("Category", "Full")]
public sealed class LeaderKillSoakTests : IDisposable
{
    private const int Kills = 20;
    private const int MostDeaths = 4;
    private static readonly TimeSpan SparedFor = TimeSpan.FromSeconds(75);
    private static readonly TimeSpan LeaderTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact(Timeout = TimeLimit.Full)]
    public async Task Every_killed_leader_is_replaced_in_time_and_contributes_again()
    {
        var cancellation = TestContext.Current.CancellationToken;
        folder.Write("large.yaml", $$"""
            name: large
            nodes: 4
            data: { set: synthetic }
            program: { kind: synthetic, parameters: 16, pad: 100MB }
            training: { rounds: {{(7 * Kills) + 5}}, syncInterval: 5, minPeers: 3, leaderTimeout: {{LeaderTimeout.TotalSeconds}}s }
            """);
        await using var run = StarlingProcess.Start(folder.Path, "run", "large.yaml", "--json");
        await run.LineAsync(line => line.StartsWith("round 1 of", StringComparison.Ordinal));
        var record = new RunRecord(folder["runs/large-1"]);
        var end = run.EndAsync();
        var killing = KillLeadersAsync(record, cancellation);
        if (await Task.WhenAny(end, killing) == end)
            (await end).Ended(ExitCode.Done);
        var kills = await killing;
        (await end).Ended(ExitCode.Done);
        (await StarlingProcess.RunAsync(folder.Path, "ledger", "verify", "large-1")).Ended(ExitCode.Done);

        Assert.Equal(Kills, kills.Count);
        Assert.All(record.Commits(), round => Assert.Single(round));
        var told = record.Nodes.SelectMany(record.Events).ToList();
        var log = await LogAsync();
        var staleMerges = 0;
        foreach (var kill in kills)
        {
            var successor = told.OfType<LeaderClaimedEvent>().Where(claim => claim.Round == kill.Round && claim.Term > kill.Term)
                .Min(claim => (DateTimeOffset?)claim.At);
            // A merge that reached the ledger in the instant of the kill stands before the term's end, and is not stale.
            var claims = log
                .Where(entry =>
                    entry.Kind == "Claim" && entry.Refusal is null
                        && entry.Detail.Contains($"round {kill.Round}.", StringComparison.Ordinal)).ToList();
            var own = claims.FindIndex(
                entry => entry.Author == kill.Leader && entry.Detail.EndsWith($" term {kill.Term}", StringComparison.Ordinal));
            Assert.True(own >= 0 && own + 1 < claims.Count, $"The log has no claim after {kill.Leader}'s in round {kill.Round}.");
            var stale = log.SkipWhile(entry => entry != claims[own + 1])
                .Where(entry =>
                    entry.Author == kill.Leader && entry.Kind == "Merged"
                        && entry.Detail.Contains($"round {kill.Round}.", StringComparison.Ordinal)
                && entry.Detail.Contains($" term {kill.Term}:", StringComparison.Ordinal)).ToList();
            Assert.NotNull(successor);
            Assert.InRange(successor.Value - kill.At, TimeSpan.Zero, LeaderTimeout + Slack);
            Assert.All(stale, entry => Assert.NotNull(entry.Refusal));
            Assert.True(
                told.OfType<RoundCommittedEvent>().Any(commit => commit.Round > kill.Round && commit.Contributors.Contains(kill.Leader)),
                $"{kill.Leader}, killed in round {kill.Round}, contributed to none of the later rounds.");
            staleMerges += stale.Count;
        }

        // Whether a killed leader's merge comes late at all is chance, so the number is told and not asserted.
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{kills.Count} leaders were replaced; {staleMerges} stale merges came, and were refused.");
    }

    // Kills each leader at an instant drawn from how long the leaders before took from claim to merge; one that was faster than that
    // is let go. A kill counts once its term has ended: the leader's merge may have reached the ledger in the instant before, and
    // then nobody need replace it. The next one is killed once the last one contributes again: a run gives up a node that ends many
    // times a minute, as it should.
    private static async Task<List<LeaderKill>> KillLeadersAsync(RunRecord record, CancellationToken cancellation)
    {
        var (kills, deaths) = (new List<LeaderKill>(), new List<LeaderKill>());
        var random = new Random(20);
        var usual = TimeSpan.FromSeconds(1);
        var events = Merge(record, cancellation).GetAsyncEnumerator(cancellation);
        await using (events)
        {
            var next = events.MoveNextAsync().AsTask();
            LeaderClaimedEvent? claim = null;
            LeaderKill? pending = null;
            var absent = "";
            var seen = new HashSet<(long, long)>();
            var due = Task.Delay(Timeout.Infinite, cancellation);
            while (kills.Count < Kills)
            {
                if (await Task.WhenAny(next, due) == due)
                {
                    // One that has died often within a minute is spared: the run would give it up.
                    var lately = deaths.Count(death => death.Leader == claim!.Leader && death.At > DateTimeOffset.UtcNow - SparedFor);
                    if (lately < MostDeaths && await TryKillAsync(record, claim!, cancellation) is { } killed)
                        deaths.Add(pending = killed);
                    due = Task.Delay(Timeout.Infinite, cancellation);
                    continue;
                }

                Assert.True(await next, "The events ended before the kills were done.");
                if (events.Current is LeaderClaimedEvent claimed && seen.Add((claimed.Round, claimed.Term)) && absent.Length == 0)
                    (claim, due) = (claimed, Task.Delay(usual * random.NextDouble(), cancellation));
                else if (events.Current is MergeProposedEvent merged && claim is not null
                    && (merged.Round, merged.Term) == (claim.Round, claim.Term))
                    (usual, due, claim) = (merged.At - claim.At, Task.Delay(Timeout.Infinite, cancellation), null);
                if (events.Current is TermEndedEvent ended && pending is not null
                    && (ended.Round, ended.Term) == (pending.Round, pending.Term))
                {
                    kills.Add(pending);
                    absent = pending.Leader;
                    pending = null;
                }

                if (events.Current is RoundCommittedEvent committed && committed.Contributors.Contains(absent))
                    absent = "";

                // No read may be under way when the events are let go.
                if (kills.Count < Kills)
                    next = events.MoveNextAsync().AsTask();
            }
        }

        return kills;
    }

    private static async Task<LeaderKill?> TryKillAsync(RunRecord record, LeaderClaimedEvent claim, CancellationToken cancellation)
    {
        using var client = record.Client(record.Nodes.First(node => record.IdOf(node) == claim.Leader));
        try
        {
            using var process = Process.GetProcessById((await client.GetHealthAsync(cancellation)).Process);
            var at = DateTimeOffset.UtcNow;
            process.Kill();
            return new LeaderKill(claim.Round, claim.Term, claim.Leader, at);
        }
        catch (NodeClientException)
        {
            return null;
        }
    }

    // What all nodes tell, as it comes: the node that is killed must not be the one that is listened to.
    private static async IAsyncEnumerable<ApiEvent> Merge(RunRecord record,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var began = DateTimeOffset.UtcNow;
        var channel = System.Threading.Channels.Channel.CreateUnbounded<ApiEvent>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        foreach (var node in record.Nodes)
            _ = Task.Run(async () =>
            {
                await foreach (var told in record.FollowAsync(node, stop.Token))
                    if (told.At > began)
                        channel.Writer.TryWrite(told);
            }, stop.Token);
        try
        {
            await foreach (var told in channel.Reader.ReadAllAsync(cancellation))
                yield return told;
        }
        finally
        {
            await stop.CancelAsync();
        }
    }

    private async Task<List<LoggedEntry>> LogAsync() =>
    [
        .. (await StarlingProcess.RunAsync(folder.Path, "ledger", "log", "large-1", "--json")).Ended(ExitCode.Done).Output.Split('\n')
            .Select(line => JsonSerializer.Deserialize<LoggedEntry>(line, JsonSerializerOptions.Web)!),
    ];

    private sealed record LeaderKill(long Round, long Term, string Leader, DateTimeOffset At);

    private sealed record LoggedEntry(long Height, string Author, string Kind, string Detail, string? Refusal);
}
