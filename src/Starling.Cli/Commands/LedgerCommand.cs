using System.CommandLine;
using Starling.Api;
using Starling.Cli.Runs;
using Starling.Cli.Terminal;
using Starling.Ledgers.Etcd;

namespace Starling.Cli.Commands;

/// <summary><c>starling ledger</c>: reads and checks a ledger without any node, and runs a member of one in etcd.</summary>
internal static class LedgerCommand
{
    /// <summary>The command and those below it.</summary>
    public static Command Build()
    {
        var log = new ExampledCommand("log", "Lists a contract's entries.", "starling ledger log digits-1", "starling ledger log runs/digits-1/ledger.db --json",
            "starling ledger log --etcd http://127.0.0.1:2379 --contract trial");
        var verify = new ExampledCommand(
            "verify", "Proves a contract's whole history offline: signatures, chain and fold; names the first bad entry.", "starling ledger verify digits-1");
        Fill(log, LedgerLog.WriteAsync);
        Fill(verify, LedgerCheck.WriteAsync);
        return new Command("ledger", "Reads and checks ledgers, and runs a member of one in etcd.") { log, verify, LedgerStartCommand.Build() };
    }

    private static void Fill(Command command, Func<StoredLedger, bool, CancellationToken, Task<int>> action)
    {
        var where = new Argument<string?>("ledger") { Description = "A ledger's file, or a run by its name or folder.", Arity = ArgumentArity.ZeroOrOne };
        var etcd = new Option<string?>("--etcd") { Description = "A ledger in etcd instead: its members' addresses, with commas between them." };
        var prefix = new Option<string>("--prefix") { Description = "What the ledger's keys in etcd begin with.", DefaultValueFactory = _ => EtcdOptions.DefaultPrefix };
        var flags = new EtcdFlags();
        var contract = new Option<string?>("--contract") { Description = "The contract; the ledger's only one unless given." };
        var output = new Option<string>("--out") { Description = "The folder that runs are kept in.", DefaultValueFactory = _ => RunFolder.DefaultBase };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        foreach (var option in (Option[])[contract, output, json, etcd, prefix])
            command.Add(option);
        flags.AddIdentity(command);
        command.Add(where);
        command.SetAction(async (parsed, cancellation) =>
        {
            var ledger = await ((parsed.GetValue(where), parsed.GetValue(etcd)) switch
            {
                ({ } file, null) => StoredLedger.OpenAsync(parsed.GetValue(output)!, file, parsed.GetValue(contract), cancellation),
                (null, { } members) => StoredLedger.OpenAsync(flags.Options(parsed, members, parsed.GetValue(prefix)!), parsed.GetValue(contract), cancellation),
                _ => throw new CommandException(ExitCode.Usage, "Name a ledger's file or a run, or a ledger in etcd by --etcd, and not both."),
            }).ConfigureAwait(false);
            await using (ledger.ConfigureAwait(false))
                return await action(ledger, parsed.GetValue(json), cancellation).ConfigureAwait(false);
        });
    }
}
