using Starling.Api.Events;
using Starling.EndToEnd.Tests.Processes;

namespace Starling.EndToEnd.Tests;

/// <summary>A leader that is lost before it has proposed a merge: how soon another one claims.</summary>
[Collection(nameof(Alone))]
public sealed class LostLeaderTests : IDisposable
{
    private static readonly TimeSpan LeaderTimeout = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact(Timeout = TimeLimit.Quick)]
    public Task One_that_died_is_succeeded_at_once() => SucceedsAsync("KILL", TimeSpan.Zero);

    [Fact(Timeout = TimeLimit.Quick)]
    public Task One_that_hangs_is_succeeded_after_the_leader_timeout() => SucceedsAsync("STOP", LeaderTimeout);

    private async Task SucceedsAsync(string signal, TimeSpan patience)
    {
        var cancellation = TestContext.Current.CancellationToken;
        folder.Write("lost.yaml", $$"""
            name: lost
            nodes: 4
            data: { set: synthetic }
            program: { kind: synthetic, parameters: 16, pad: 60MB }
            training: { rounds: 100, syncInterval: 5, minPeers: 3, leaderTimeout: {{LeaderTimeout.TotalSeconds}}s, claimDelay: 20ms }
            """);
        await using var run = StarlingProcess.Start(folder.Path, "run", "lost.yaml");
        await run.LineAsync(line => line.StartsWith("round 1 of", StringComparison.Ordinal));
        var record = new RunRecord(folder["runs/lost-1"]);
        var stopped = 0;
        async Task SignalAsync(string node, string what)
        {
            using var client = record.Client(record.Nodes.First(name => record.IdOf(name) == node));
            var process = what == "CONT" ? stopped : (await client.GetHealthAsync(cancellation)).Process;
            stopped = process;
            await StarlingProcess.SignalAsync(process, what);
        }

        // The first leader but the node that is listened to. If its merge came before the signal, the next one is tried.
        (LeaderClaimedEvent Claim, DateTimeOffset At)? lost = null;
        await foreach (var told in record.FollowAsync("node-1", cancellation))
        {
            if (lost is null && told is LeaderClaimedEvent claim && DateTimeOffset.UtcNow - claim.At < TimeSpan.FromSeconds(1)
                && claim.Leader != record.IdOf("node-1"))
            {
                await SignalAsync(claim.Leader, signal);
                lost = (claim, DateTimeOffset.UtcNow);
            }
            else if (lost is { } missed && told is MergeProposedEvent merged && merged.Round == missed.Claim.Round
                && merged.Term == missed.Claim.Term)
            {
                if (signal == "STOP")
                    await SignalAsync(missed.Claim.Leader, "CONT");
                lost = null;
            }
            else if (lost is { } found && told is LeaderClaimedEvent next && next.Round == found.Claim.Round
                && next.Term > found.Claim.Term)
            {
                Assert.InRange(next.At - found.At, TimeSpan.Zero, patience + Slack);
                Assert.True(next.At - found.At >= patience / 2, "It was not the timeout that ended the term.");
                break;
            }
        }

        if (signal == "STOP")
            await SignalAsync(lost!.Value.Claim.Leader, "CONT");
    }
}
