using System.CommandLine;
using Starling.Api;
using Starling.Cli.Runs;
using Starling.Cli.Terminal;

namespace Starling.Cli.Commands;

/// <summary><c>starling ledger</c>: reads and checks a ledger without any node, and runs a member of one in etcd.</summary>
internal static class LedgerCommand
{
    /// <summary>The command and those below it.</summary>
    public static Command Build()
    {
        var log = new ExampledCommand("log", "Lists a contract's entries.", "starling ledger log digits-1",
            "starling ledger log runs/digits-1/ledger.db --json",
            "starling ledger log --config node-1/node.yaml --contract digits    # a ledger in etcd, as that node reaches it");
        var verify = new ExampledCommand(
            "verify", "Proves a contract's whole history offline: signatures, chain and fold; names the first bad entry.",
            "starling ledger verify digits-1",
            "starling ledger verify --config node-1/node.yaml --contract digits");
        Fill(log, LedgerLog.WriteAsync);
        Fill(verify, LedgerCheck.WriteAsync);
        return new Command("ledger", "Reads and checks ledgers, and runs a member of one in etcd.")
        {
            log, verify, LedgerStartCommand.Build(),
            LedgerMembersCommand.BuildList(), LedgerMembersCommand.BuildAdd(), LedgerMembersCommand.BuildRemove(),
        };
    }

    private static void Fill(Command command, Func<StoredLedger, ParseResult, CancellationToken, Task<int>> action)
    {
        var where = new Argument<string?>("ledger")
        {
            Description = "A ledger's file, or a run by its name or folder.",
            Arity = ArgumentArity.ZeroOrOne
        };
        var flags = new EtcdFlags();
        var contract = new Option<string?>("--contract") { Description = "The contract; the ledger's only one unless given." };
        var output = RunFolder.Option();
        foreach (var option in (Option[])[contract, output, CommandOutput.Json])
            command.Add(option);
        flags.AddTo(command);
        command.Add(where);
        command.SetAction(async (parsed, cancellation) =>
        {
            var ledger = await ((parsed.GetValue(where), flags.Options(parsed)) switch
            {
                ({ } file, null) => StoredLedger.OpenAsync(parsed.GetValue(output)!, file, parsed.GetValue(contract), cancellation),
                (null, { } members) => StoredLedger.OpenAsync(members, parsed.GetValue(contract), cancellation),
                _ => throw new CommandException(ExitCode.Usage,
                    "Name a ledger's file or a run, or a ledger in etcd by --etcd or --config, and not both."),
            }).ConfigureAwait(false);
            await using (ledger.ConfigureAwait(false))
                return await action(ledger, parsed, cancellation).ConfigureAwait(false);
        });
    }
}
