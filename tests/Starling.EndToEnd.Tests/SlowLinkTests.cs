using Starling.Api;
using Starling.Api.Events;
using Starling.EndToEnd.Tests.Processes;

namespace Starling.EndToEnd.Tests;

/// <summary>A leader behind a slow link.</summary>
public sealed class SlowLinkTests : IDisposable
{
    private static readonly TimeSpan LeaderTimeout = TimeSpan.FromSeconds(2);
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
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
}
