using Starling.Api;
using Starling.Api.Events;
using Starling.EndToEnd.Tests.Processes;

namespace Starling.EndToEnd.Tests;

/// <summary>The admin of a run restarts its rounds from the command line.</summary>
public sealed class ContractRestartTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Red if nobody appends the restart, if members go on with what was taken back, or if the run counts it.</summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task A_run_begins_anew_at_the_first_round_and_trains_all_of_them()
    {
        const int Rounds = 30;
        folder.WriteExperiment(nodes: 2, minPeers: 2, Rounds);
        await using var run = StarlingProcess.Start(folder.Path, "run", "small.yaml");
        await run.LineAsync(line => line.StartsWith("round 1 of", StringComparison.Ordinal));
        Assert.Contains("cannot be restarted",
            (await StarlingProcess.RunAsync(folder.Path, "contract", "restart", "small-1", "--round", "999")).Ended(ExitCode.Denied).Error,
            StringComparison.Ordinal);
        var restarted = (await StarlingProcess.RunAsync(folder.Path, "contract", "restart", "small-1", "--round", "1", "--json"))
            .Ended(ExitCode.Done).Json();
        Assert.Equal((1, 1), (restarted.GetProperty("round").GetInt64(), restarted.GetProperty("epoch").GetInt64()));
        (await run.EndAsync()).Ended(ExitCode.Done);

        var record = new RunRecord(folder["runs/small-1"]);
        foreach (var node in record.Nodes)
        {
            var told = record.Events(node).SkipWhile(e => e is not RoundRestartedEvent).ToList();
            Assert.Equal(Enumerable.Range(1, Rounds).Select(round => (long)round), told.OfType<RoundCommittedEvent>().Select(e => e.Round));
        }

        (await StarlingProcess.RunAsync(folder.Path, "ledger", "verify", "small-1")).Ended(ExitCode.Done);

        foreach (var command in (string[])["contract restart small-1 --round 1", "contract status any --run small-1"])
        {
            var over = (await StarlingProcess.RunAsync(folder.Path, command.Split(' '))).Ended(ExitCode.Unreachable).Error;
            Assert.StartsWith("error: small-1 has ended, and its nodes with it", over, StringComparison.Ordinal);
            Assert.Contains("'starling runs show small-1'", over, StringComparison.Ordinal);
            Assert.DoesNotContain("127.0.0.1", over, StringComparison.Ordinal);
        }

        Assert.Contains("there is no run 'small-1' in elsewhere",
            (await StarlingProcess.RunAsync(folder.Path, "contract", "status", "any", "--run", "small-1", "--runs", "elsewhere"))
            .Ended(ExitCode.Usage).Error, StringComparison.Ordinal);
        Assert.Contains("there is no run 'small-2' in runs; did you mean 'small-1'?",
            (await StarlingProcess.RunAsync(folder.Path, "contract", "restart", "small-2", "--round", "1")).Ended(ExitCode.Usage).Error,
            StringComparison.Ordinal);
    }
}
