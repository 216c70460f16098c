using Starling.Api;
using Starling.Api.Events;
using Starling.EndToEnd.Tests.Processes;

namespace Starling.EndToEnd.Tests;

/// <summary>A leader behind a slow link, and a member behind one.</summary>
[Collection(nameof(Alone))]
public sealed class SlowLinkTests : IDisposable
{
    private static readonly TimeSpan LeaderTimeout = TimeSpan.FromSeconds(2);
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact(Timeout = TimeLimit.Quick)]
    public async Task It_needs_far_longer_than_the_leader_timeout_and_nobody_suspects_it()
    {
        (await StarlingProcess.RunAsync(folder.Path, "run", Examples.Path("slow-link.yaml"), "--set",
            "training.rounds=2")).Ended(ExitCode.Done);
        var record = new RunRecord(folder["runs/slow-link-1"]);
        var told = record.Nodes.SelectMany(record.Events).ToList();
        var claims = record.Events("node-2").OfType<LeaderClaimedEvent>().ToList();
        var commits = record.Events("node-2").OfType<RoundCommittedEvent>().ToList();
        Assert.Equal(2, commits.Count);
        Assert.All(commits.Zip(claims),
            round =>
                Assert.True(round.First.At - round.Second.At > 2 * LeaderTimeout,
                    $"Round {round.First.Round} was too quick to show anything."));
        Assert.All(commits, commit => Assert.Equal((1, record.IdOf("node-1")), (commit.Term, commit.Leader)));
        Assert.Empty(told.OfType<LeaderSuspectedEvent>());
    }

    /// <summary>Red if those whose updates the leader has do not hear that it is taking the slow one's.</summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task It_takes_a_slow_members_update_for_far_longer_than_that_and_nobody_suspects_it()
    {
        (await StarlingProcess.RunAsync(folder.Path, "run", Examples.Path("slow-link.yaml"), "--set", "nodes=4", "--set", "training.minPeers=3",
            "--set", "training.rounds=1", "--set", "training.leaders=[1, 2, 4]", "--set", "network.limited=[3]")).Ended(ExitCode.Done);
        var record = new RunRecord(folder["runs/slow-link-1"]);
        var claim = record.Events("node-3").OfType<LeaderClaimedEvent>().Single();
        var proposed = record.Events("node-3").OfType<MergeProposedEvent>().Single();
        Assert.True(proposed.At - claim.At > 2 * LeaderTimeout, "The update came too soon to show anything.");
        Assert.Equal(4, proposed.Contributors.Count);
        var told = record.Nodes.SelectMany(record.Events).ToList();
        Assert.Equal(4, told.OfType<RoundCommittedEvent>().Count());
        Assert.All(told.OfType<RoundCommittedEvent>(), commit => Assert.Equal(1, commit.Term));
        // The slow one alone may wait for its turn in the audit as long as that: its requests wait for a chunk that it is sending.
        Assert.All(told.OfType<LeaderSuspectedEvent>(), suspected => Assert.Equal(record.IdOf("node-3"), suspected.By));
    }
}
