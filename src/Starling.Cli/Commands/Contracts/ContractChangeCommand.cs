using System.CommandLine;
using Starling.Api.Contracts;
using Starling.Cli.Control;
using Starling.Cli.Terminal;
using Starling.Learning.Experiments;

namespace Starling.Cli.Commands.Contracts;

/// <summary><c>starling contract change</c>: gives a training contract that stands other settings.</summary>
internal static class ContractChangeCommand
{
    /// <summary>Whether the open round is opened again; for all commands that have a reason to.</summary>
    public static Option<bool> Restart() =>
        new("--restart")
        {
            Description = "Open the open round again after it, so that it takes effect at once: all train that round anew."
        };

    /// <summary>The command.</summary>
    public static Command Build()
    {
        var settings = new Option<string[]>("--set")
        {
            Description = "A setting that is to be different, path=value as for an experiment; may be repeated.",
            Required = true
        };
        var restart = Restart();
        return new ExampledCommand(
            "change", "Gives a contract other settings, as its admin: from the next round on, or at once.",
            "starling contract change digits --set training.rounds=50",
            "starling contract change digits --set training.minPeers=2 --restart        # an organisation has left for good")
        {
            settings, restart,
        }.DoesWithContract((session, parsed, contract, cancellation) =>
            ChangeAsync(session, parsed, contract, (parsed.GetValue(settings)!, parsed.GetValue(restart)), cancellation));
    }

    private static async Task ChangeAsync(
        ControlSession session, ParseResult parsed, NamedContract contract, (string[] Settings, bool Restart) asked,
        CancellationToken cancellation)
    {
        var name = contract.Contract;
        var before = await session.Client.GetContractAsync(name, cancellation).ConfigureAwait(false);
        var change = ContractChangeReader.Read(ContractForm.Settings(before, session.Client.Node), before.Next.Count, asked.Settings);
        if (asked.Restart)
            ContractTarget.MustUseRounds(before, "a change is in force at once");
        var after = before;
        if (!change.Changed.IsEmpty)
        {
            await session.ChangeAsync(before, change.Settings, cancellation).ConfigureAwait(false);
            after = await session.Client.GetContractAsync(name, cancellation).ConfigureAwait(false);
        }

        // A round that only opened because of the change has it already.
        var restarts = asked.Restart && after.Stage == ContractStage.Training && before.Stage == ContractStage.Training;
        if (restarts)
            after = await session.RestartAsync(name, after.Round, cancellation).ConfigureAwait(false);
        string[] outlook =
            [.. change.Changed.IsEmpty && !restarts ? [] : new ContractOutlook(contract.Named).OfChange(before, after, restarts)];
        var report = new ContractChangeReport(
            name, change.Changed, ContractOutlook.From(before, after, restarts), after.Round, restarts, after.Epoch, outlook,
            session.Client.Node);
        parsed.Print(report, CliJson.Default.ContractChangeReport, output => Write(output, report));
    }

    private static void Write(TextWriter output, ContractChangeReport report)
    {
        if (report.Changed.Count == 0)
        {
            output.WriteLine($"{report.Contract} has these settings already: nothing changes");
        }
        else
        {
            var table = new TextTable("setting", "before", "after");
            foreach (var (setting, before, after) in report.Changed)
                table.Add(setting, before ?? "-", after ?? "-");
            table.Write(output);
        }

        foreach (var sentence in report.Outlook)
            output.WriteLine(sentence);
    }
}
