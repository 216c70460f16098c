using Starling.Api.Events;
using Starling.EndToEnd.Tests.Processes;

namespace Starling.EndToEnd.Tests;

/// <summary>A round that lacks a node.</summary>
[Collection(nameof(Alone))]
public sealed class AwaitedNodeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact(Timeout = TimeLimit.Quick)]
    public async Task It_waits_and_names_whom_it_awaits_and_proceeds_within_a_second_of_its_arrival()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var record = await SetUpAsync();
        await using var first = Start(record, "node-1");
        await using var second = Start(record, "node-2");
        var events = record.FollowAsync("node-1", cancellation).GetAsyncEnumerator(cancellation);
        await using (events)
        {
            // Both are ready, and the third is awaited by name.
            var awaiting = await NextAsync<AwaitingEvent>(events, told => told.Ready.Count == 2);
            Assert.Equal([record.IdOf("node-3")], awaiting.Awaited);
            Assert.Equal(3, awaiting.MinPeers);
            await using var third = Start(record, "node-3");
            var arrival =
                await NextAsync<MemberReadyEvent>(events, told => told.Round == awaiting.Round && told.Member == record.IdOf("node-3"));
            var claim = await NextAsync<LeaderClaimedEvent>(events, told => told.Round == awaiting.Round);
            Assert.InRange(claim.At - arrival.At, TimeSpan.Zero, TimeSpan.FromSeconds(1));
            await NextAsync<RoundCommittedEvent>(events, told => told.Round == awaiting.Round);
        }
    }

    [Fact(Timeout = TimeLimit.Quick)]
    public async Task A_run_says_whom_it_awaits()
    {
        var record = await SetUpAsync();
        var told = File.ReadAllText(record.NodeFile("node-3"));
        var program = told.IndexOf("program:\n", StringComparison.Ordinal);
        File.WriteAllText(record.NodeFile("node-3"),
            told.Remove(program, told.IndexOf("admins:", program, StringComparison.Ordinal) - program));
        await using var run = StarlingProcess.Start(folder.Path, "run", "--resume", "small-1");
        await run.LineAsync(line => line == "round 1 awaits node-3; ready: node-1, node-2");
    }

    // Set up, and nothing trained yet.
    private async Task<RunRecord> SetUpAsync()
    {
        folder.WriteExperiment(nodes: 3, minPeers: 3, rounds: 1000);
        await using var run = StarlingProcess.Start(folder.Path, "run", "small.yaml");
        await run.LineAsync(line => line.StartsWith("small: 3 nodes", StringComparison.Ordinal));
        await run.KillAsync(withChildren: true);
        return new RunRecord(folder["runs/small-1"]);
    }

    private StarlingProcess Start(RunRecord record, string node) =>
        StarlingProcess.Start(folder.Path, "node", "start", "--config", record.NodeFile(node), "--parent-stdin");

    private static async Task<T> NextAsync<T>(IAsyncEnumerator<ApiEvent> events, Func<T, bool> wanted)
        where T : ApiEvent
    {
        while (await events.MoveNextAsync())
            if (events.Current is T told && wanted(told))
                return told;
        throw new InvalidOperationException("The events ended.");
    }
}
