using System.CommandLine;
using System.Globalization;
using Starling.Api;
using Starling.Api.Contracts;
using Starling.Cli.Control;
using Starling.Cli.Terminal;
using Starling.Core.Training;

namespace Starling.Cli.Commands.Contracts;

/// <summary><c>starling contract</c>: training contracts, as their admin.</summary>
internal static class ContractCommand
{
    private static readonly Argument<string> Contract = new("contract") { Description = "The training contract." };

    /// <summary>The command and those below it.</summary>
    public static Command Build() => new("contract", "Training contracts: makes them, shows them, and decides about them as their admin.")
    {
        ContractCreateCommand.Build(),
        new ExampledCommand("list", "Lists the contracts on the ledger, task runners too.",
            "starling contract list").Does(ContractViews.ListAsync),
        OverContract(new ExampledCommand("info", "Shows a contract's settings, members and latest commits.",
            "starling contract info digits"), ContractViews.InfoAsync),
        OverContract(new ExampledCommand("status", "Shows where a contract stands.", "starling contract status digits"),
            ContractViews.StatusAsync),
        OverContract(new ExampledCommand("perf", "Shows how each member does.", "starling contract perf digits"),
            ContractViews.PerformanceAsync),
        ContractChangeCommand.Build(),
        ContractExpelCommand.Build(),
        ContractEnrolCommand.Build(),
        BuildRestart(),
        OverContract(new ExampledCommand("reset", "Begins anew at round 1: what was committed no longer counts.",
            "starling contract reset digits"),
            (session, parsed, contract, cancellation) => RestartAsync(session, parsed, contract, 1, cancellation)),
        BuildDelete(),
    };

    private static Command OverContract(Command command, Func<ControlSession, ParseResult, string, CancellationToken, Task> action)
    {
        command.Arguments.Insert(0, Contract);
        return command.Does(async (session, parsed, cancellation) => await action(session, parsed,
            await session.FindAsync(ContractKind.Training, parsed.GetValue(Contract)!, cancellation).ConfigureAwait(false), cancellation)
            .ConfigureAwait(false));
    }

    private static Command BuildRestart()
    {
        var round =
            new Option<long>("--round") { Description = "The round: the open one, the one before it, or the first.", Required = true };
        return new ExampledCommand(
            "restart", "Opens a round again, as the contract's admin: what was committed from it on no longer counts.",
            "starling contract restart digits --round 3",
            "starling contract restart digits-1 --round 3        # a run of this machine") { round }
            .DoesWithContract((session, parsed, contract, cancellation) =>
                RestartAsync(session, parsed, contract.Contract, parsed.GetValue(round), cancellation));
    }

    private static async Task RestartAsync(ControlSession session, ParseResult parsed, string contract, long round,
        CancellationToken cancellation)
    {
        var after = await session.RestartAsync(contract, round, cancellation).ConfigureAwait(false);
        var report = new ContractRestartReport(contract, round, after.Epoch, session.Client.Node);
        parsed.Print(report, CliJson.Default.ContractRestartReport, output => output.WriteLine(
            string.Create(CultureInfo.InvariantCulture,
                $"round {report.Round} of {report.Contract} is open again (epoch {report.Epoch})")));
    }

    private static Command BuildDelete()
    {
        var reason = new Option<string>("--reason") { Description = "Why, for the record.", DefaultValueFactory = _ => "" };
        var yes = new Option<bool>("--yes") { Description = "Do not ask." };
        return OverContract(new ExampledCommand("delete",
            "Deletes a contract for ever. Its history stays in the ledger; its name is not free again.",
            "starling contract delete digits --yes") { reason, yes },
            async (session, parsed, contract, cancellation) =>
            {
                Confirmation.Ask($"{contract} is deleted for ever.", parsed.GetValue(yes));
                var answer =
                    await session.AppendAsync(contract, new Tombstone(parsed.GetValue(reason)!), cancellation).ConfigureAwait(false);
                parsed.Print(answer, ApiJson.Default.EntryAnswer, output => output.WriteLine($"{contract} is deleted"));
            });
    }
}
