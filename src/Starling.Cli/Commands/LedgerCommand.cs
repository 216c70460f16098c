using System.CommandLine;
using Starling.Cli.Runs;
using Starling.Cli.Terminal;

namespace Starling.Cli.Commands;

/// <summary><c>starling ledger</c>: reads and checks a ledger without any node.</summary>
internal static class LedgerCommand
{
    /// <summary>The command and those below it.</summary>
    public static Command Build()
    {
        var log = new ExampledCommand("log", "Lists a contract's entries.", "starling ledger log digits-1", "starling ledger log runs/digits-1/ledger.db --json");
        var verify = new ExampledCommand(
            "verify", "Proves a contract's whole history offline: signatures, chain and fold; names the first bad entry.", "starling ledger verify digits-1");
        Fill(log, LedgerLog.WriteAsync);
        Fill(verify, LedgerCheck.WriteAsync);
        return new Command("ledger", "Reads and checks ledgers.") { log, verify };
    }

    private static void Fill(Command command, Func<StoredLedger, bool, CancellationToken, Task<int>> action)
    {
        var where = new Argument<string>("ledger") { Description = "A ledger's file, or a run by its name or folder." };
        var contract = new Option<string?>("--contract") { Description = "The contract; the ledger's only one unless given." };
        var output = new Option<string>("--out") { Description = "The folder that runs are kept in.", DefaultValueFactory = _ => RunFolder.DefaultBase };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        foreach (var option in (Option[])[contract, output, json])
            command.Add(option);
        command.Add(where);
        command.SetAction(async (parsed, cancellation) =>
        {
            var ledger = await StoredLedger.OpenAsync(parsed.GetValue(output)!, parsed.GetValue(where)!, parsed.GetValue(contract), cancellation).ConfigureAwait(false);
            await using (ledger.ConfigureAwait(false))
                return await action(ledger, parsed.GetValue(json), cancellation).ConfigureAwait(false);
        });
    }
}
