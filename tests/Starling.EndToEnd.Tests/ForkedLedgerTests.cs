using Microsoft.Data.Sqlite;
using Starling.Api;
using Starling.EndToEnd.Tests.Processes;

namespace Starling.EndToEnd.Tests;

public sealed class ForkedLedgerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact(Timeout = TimeLimit.Quick)]
    public async Task A_ledger_that_shows_another_history_ends_a_run_with_the_height()
    {
        folder.WriteExperiment(nodes: 2, minPeers: 2, rounds: 1000);
        await using (var run = StarlingProcess.Start(folder.Path, "run", "small.yaml"))
        {
            await run.LineAsync(line => line.StartsWith("round 2 of", StringComparison.Ordinal));
            await run.KillAsync(withChildren: true);
        }

        SwapEntries(folder["runs/small-1/ledger.db"]);
        var result = (await StarlingProcess.RunAsync(folder.Path, "run", "--resume", "small-1")).Ended(ExitCode.LedgerForked);
        Assert.Contains("error: The node stops (LedgerForked): The ledger shows another entry at height 1", result.Error,
            StringComparison.Ordinal);
    }

    private static void SwapEntries(string ledger)
    {
        using var connection = new SqliteConnection($"Data Source={ledger};Pooling=False");
        connection.Open();
        using var swap = connection.CreateCommand();
        swap.CommandText =
            "UPDATE entry SET bytes = (SELECT other.bytes FROM entry AS other WHERE other.height = 3 - entry.height) WHERE height IN (1, 2)";
        Assert.Equal(2, swap.ExecuteNonQuery());
    }
}
