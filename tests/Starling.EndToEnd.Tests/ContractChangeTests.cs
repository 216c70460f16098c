using Starling.Api;
using Starling.Api.Events;
using Starling.EndToEnd.Tests.Processes;

namespace Starling.EndToEnd.Tests;

/// <summary>
/// One of three organisations has left for good and every round needs all three: their admin lets the training go on from the command line.
/// </summary>
public sealed class ContractChangeTests : IDisposable
{
    private const int Rounds = 3;
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    /// <summary>
    /// Red if the settings do not change, if the open round does not begin anew with them, or if mistakes are not told
    /// before anything is appended.
    /// </summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task With_fewer_that_a_round_needs_the_others_train_to_the_end()
    {
        var record = await SetUpAsync();
        await using var first = Start(record, "node-1");
        await using var second = Start(record, "node-2");
        await StandsAsync(record);
        var wrong = (await ContractAsync("change", "--set", "training.minPeers=4", "--set", "training.absentTimeout=1s", "--set",
            "training.epochs=2", "--restart")).Ended(ExitCode.Configuration);
        foreach (var words in (string[])["the contract has 3 members", "a healthy round would be reopened", "each node's own"])
            Assert.Contains(words, wrong.Error, StringComparison.Ordinal);

        var changed = (await ContractAsync("change", "--set", "training.minPeers=2", "--restart", "--json")).Ended(ExitCode.Done).Json();
        Assert.Equal((1L, true, 1L),
            (changed.GetProperty("from").GetInt64(), changed.GetProperty("restarted").GetBoolean(),
                changed.GetProperty("epoch").GetInt64()));
        Assert.Equal("""[{"setting":"training.minPeers","before":"3","after":"2"}]""", changed.GetProperty("changed").GetRawText());
        await EndedAsync(record);
        Assert.Contains("3 rounds, at least 2 a round, mean",
            (await StarlingProcess.RunAsync(folder.Path, "ledger", "log", "small-1")).Ended(ExitCode.Done).Output,
            StringComparison.Ordinal);
        Assert.Contains("nothing changes", (await ContractAsync("change", "--set", "training.minPeers=2")).Ended(ExitCode.Done).Output,
            StringComparison.Ordinal);
    }

    /// <summary>
    /// Red if a member can be put out that is needed, if it is waited for or merged after it, if the round does not begin anew without it,
    /// or if its node does not say so.
    /// </summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task Once_it_is_put_out_the_others_train_to_the_end_without_it()
    {
        var record = await SetUpAsync();
        await using var first = Start(record, "node-1");
        await using var second = Start(record, "node-2");
        await StandsAsync(record);
        Assert.Contains(
            "first 'starling contract change small-1 --set training.minPeers=2'",
            (await ContractAsync("expel", "node-3")).Ended(ExitCode.Denied).Error, StringComparison.Ordinal);
        Assert.Contains("there is no member 'node-4'", (await ContractAsync("expel", "node-4")).Ended(ExitCode.Usage).Error,
            StringComparison.Ordinal);
        var changed = (await ContractAsync("change", "--set", "training.minPeers=2")).Ended(ExitCode.Done).Output;
        Assert.Matches(@"training\.minPeers +3 +2\n", changed);
        Assert.Contains("it waits for ever if there are never more", changed, StringComparison.Ordinal);

        var expelled = (await ContractAsync("expel", "node-3")).Ended(ExitCode.Done).Output;
        Assert.Contains($"{record.IdOf("node-3")} is put out of", expelled, StringComparison.Ordinal);
        // Both who are left are ready: after the grace they open the round anew by themselves, with the setting that waited.
        Assert.Matches("begins it anew without it|goes on without it", expelled);
        await EndedAsync(record);
        Assert.Contains("was put out before", (await ContractAsync("expel", "node-3", "--restart")).Ended(ExitCode.Done).Output,
            StringComparison.Ordinal);

        await using var third = Start(record, "node-3");
        await third.LineAsync(line => line.Contains("An admin has put this node out of contract", StringComparison.Ordinal));
        using var client = record.Client("node-3");
        Assert.Contains("An admin has put this node out of contract", (await client.GetStatusAsync(Cancellation)).Sentence,
            StringComparison.Ordinal);
    }

    /// <summary>Red if a run waits for the final model of a node that gets none any more.</summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task A_run_ends_without_a_node_that_was_put_out()
    {
        const int Many = 60;
        folder.WriteExperiment(nodes: 3, minPeers: 2, Many);
        await using var run = StarlingProcess.Start(folder.Path, "run", "small.yaml", "--json");
        await run.LineAsync(line => line.StartsWith("round 1 of", StringComparison.Ordinal));
        (await ContractAsync("expel", "node-3")).Ended(ExitCode.Done);
        await run.LineAsync(line => line == "node-3 was put out of small by its admin");
        Assert.Equal(Many, (await run.EndAsync()).Ended(ExitCode.Done).Json().GetProperty("rounds").GetInt32());
        var last = new RunRecord(folder["runs/small-1"]).Events("node-1").OfType<RoundCommittedEvent>().Last();
        Assert.Equal(2, last.Contributors.Count);
    }

    /// <summary>
    /// Red if who was put out cannot be taken back, does not take part again with the program that it has, or if what is no
    /// certificate is taken for one.
    /// </summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task Who_was_put_out_is_taken_back_and_trains_again()
    {
        var record = await SetUpAsync(minPeers: 2, rounds: 1_000_000);
        await using var first = Start(record, "node-1");
        await using var second = Start(record, "node-2");
        await using var third = Start(record, "node-3");
        await foreach (var told in record.FollowAsync("node-1", Cancellation))
            if (told is RoundCommittedEvent { Contributors.Count: 3 })
                break;
        using var client = record.Client("node-1");
        (await ContractAsync("expel", "node-3")).Ended(ExitCode.Done);
        await CommitOfAsync(2);
        Assert.Contains("node-3 is missing", (await ContractAsync("enrol", "node-3")).Ended(ExitCode.Identity).Error,
            StringComparison.Ordinal);
        var back = (await ContractAsync("enrol", record.Certificate("node-3"), "--json")).Ended(ExitCode.Done).Json();
        Assert.Equal([record.IdOf("node-3")], back.GetProperty("enrolled").EnumerateArray().Select(id => id.GetString()));
        Assert.Equal(3, back.GetProperty("members").GetArrayLength());
        await CommitOfAsync(3);
        Assert.Contains("was a member before", (await ContractAsync("enrol", record.Certificate("node-3"))).Ended(ExitCode.Done).Output,
            StringComparison.Ordinal);

        async Task CommitOfAsync(int contributors)
        {
            while ((await client.GetContractAsync("small", Cancellation)).Commits[^1].Contributors.Count != contributors)
                await Task.Delay(50, Cancellation);
        }
    }

    // Two of three are up and ready, and the round waits for the third.
    private async Task StandsAsync(RunRecord record)
    {
        await foreach (var told in record.FollowAsync("node-1", Cancellation))
            if (told is AwaitingEvent { Ready.Count: 2, MinPeers: 3 })
                return;
    }

    private async Task EndedAsync(RunRecord record)
    {
        var commits = new List<RoundCommittedEvent>();
        await foreach (var told in record.FollowAsync("node-1", Cancellation))
        {
            if (told is RoundCommittedEvent committed)
                commits.Add(committed);
            if (told is not FinishedEvent finished)
                continue;
            Assert.Equal(commits[^1].Merge, finished.Model);
            break;
        }

        Assert.Equal(Enumerable.Range(1, Rounds).Select(round => (long)round), commits.Select(committed => committed.Round));
        string[] both = [record.IdOf("node-1"), record.IdOf("node-2")];
        Assert.All(commits, committed => Assert.Equal(both, committed.Contributors));
        (await StarlingProcess.RunAsync(folder.Path, "ledger", "verify", "small-1")).Ended(ExitCode.Done);
    }

    private Task<CommandResult> ContractAsync(string what, params string[] arguments) =>
        StarlingProcess.RunAsync(folder.Path, ["contract", what, "small-1", .. arguments]);

    // Set up, and nothing trained yet.
    private async Task<RunRecord> SetUpAsync(int minPeers = 3, int rounds = Rounds)
    {
        folder.WriteExperiment(nodes: 3, minPeers, rounds);
        await using var run = StarlingProcess.Start(folder.Path, "run", "small.yaml");
        await run.LineAsync(line => line.StartsWith("small: 3 nodes", StringComparison.Ordinal));
        await run.KillAsync(withChildren: true);
        return new RunRecord(folder["runs/small-1"]);
    }

    private StarlingProcess Start(RunRecord record, string node) =>
        StarlingProcess.Start(folder.Path, "node", "start", "--config", record.NodeFile(node), "--log", "Warning", "--parent-stdin");
}
