using System.CommandLine;
using System.Globalization;
using Starling.Cli.Reports;
using Starling.Cli.Running;
using Starling.Cli.Runs;
using Starling.Cli.Terminal;

namespace Starling.Cli.Commands;

/// <summary><c>starling runs</c>: finds the results of runs again.</summary>
internal static class RunsCommand
{
    private static readonly Option<string> Output = RunFolder.Option(isRecursive: true);

    /// <summary>The command and those below it.</summary>
    public static Command Build()
    {
        var command = new Command("runs", "Lists runs, shows them, compares them, reports them and removes them.");
        var list = new ExampledCommand("list", "Lists the runs.", "starling runs list");
        list.SetAction(parsed => List([.. RunFolder.All(parsed.GetValue(Output)!).Where(run => run.IsOwn)], parsed));
        command.Add(list);
        command.Add(
            OverRuns(new ExampledCommand("show", "Shows a run: its settings, rounds and result.", "starling runs show digits-1"), 1,
                RunFolder.Find, Show));
        command.Add(OverRuns(new ExampledCommand("compare", "Compares runs in one table.", "starling runs compare digits-1 digits-2"), 2,
            RunFolder.Find, List));
        command.Add(
            OverRuns(new ExampledCommand("remove", "Removes runs with all that they made.", "starling runs remove digits-1"), 1,
                RunFolder.FindOwn, Remove));
        command.Add(BuildReport());
        command.Add(Output);
        command.Add(CommandOutput.Json);
        return command;
    }

    // All are found before anything is done to one.
    private static Command OverRuns(Command command, int least, Func<string, string, RunFolder> find,
        Action<IReadOnlyList<RunFolder>, ParseResult> action)
    {
        var names =
            new Argument<string[]>("runs") { Description = "Runs, by their names or folders.", Arity = new ArgumentArity(least, 1000) };
        command.Add(names);
        command.SetAction(parsed =>
            action([.. parsed.GetValue(names)!.Select(name => find(parsed.GetValue(Output)!, name))], parsed));
        return command;
    }

    private static void List(IReadOnlyList<RunFolder> runs, ParseResult parsed)
    {
        var lines = runs.Select(Describe).ToArray();
        parsed.Print(lines, CliJson.Default.RunLineArray, output => Write(lines, output));
    }

    private static void Write(RunLine[] lines, TextWriter output)
    {
        var table = new TextTable("run", "state", "created", ">seed", ">rounds", ">seconds", ">alone", ">swarm", ">pooled", ">sent");
        foreach (var line in lines)
            table.Add(
                line.Run, line.State, line.Created?.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "-",
                line.Summary?.Seed.ToString(CultureInfo.InvariantCulture) ?? "-",
                line.Summary?.Rounds.ToString(CultureInfo.InvariantCulture) ?? "-",
                line.Summary?.Seconds.ToString("0.0", CultureInfo.InvariantCulture) ?? "-",
                Quantity.Percent(line.Summary?.Accuracy.AloneMean),
                Quantity.Percent(line.Summary?.Accuracy.Swarm), Quantity.Percent(line.Summary?.Accuracy.Pooled),
                line.Summary is null ? "-" : Quantity.Bytes(line.Summary.Bytes));
        table.Write(output);
    }

    private static RunLine Describe(RunFolder run)
    {
        var plan = run.ReadPlan();
        var summary = run.ReadSummary();
        return new RunLine(run.Name, RunLock.IsTaken(run.Path) ? "running" : summary is not null ? "finished" : plan is null ? "unfounded" : "stopped",
            plan?.Created, summary);
    }

    private static void Show(IReadOnlyList<RunFolder> runs, ParseResult parsed)
    {
        var lines = runs.Select(Describe).ToArray();
        parsed.Print(lines, CliJson.Default.RunLineArray, output => Write(runs.Zip(lines), output));
    }

    private static void Write(IEnumerable<(RunFolder Run, RunLine Line)> runs, TextWriter output)
    {
        foreach (var (run, line) in runs)
        {
            output.WriteLine($"{line.Run}: {line.State}, in {run.Path}");
            foreach (var setting in run.ReadExperiment().Effective.Where(setting => !setting.IsDefault))
                output.WriteLine($"  {setting.Path} = {setting.Value}");
            WriteRounds(run, output);
            if (line.Summary is not null && run.ReadBaselines() is { } baselines)
                ResultTable.Write(baselines, new Score(line.Summary.Loss.Swarm, line.Summary.Accuracy.Swarm, null, null, 0), output);
            else if (line.State == "stopped")
                output.WriteLine($"go on with 'starling run --resume {run.Path}'");
        }
    }

    private static void WriteRounds(RunFolder run, TextWriter output)
    {
        if (run.ReadPlan() is not { } plan)
            return;
        var progress = new RunProgress(plan.Nodes, run.ReadExperiment().Training.Rounds);
        for (var i = 0; i < plan.Nodes.Count; i++)
            foreach (var told in run.Events(plan.Nodes[i]))
                progress.Apply(progress.Nodes[i], told);
        var table = new TextTable(">round", "leader", ">term", ">contributed", ">seconds", ">loss", ">accuracy");
        foreach (var round in progress.All.Where(round => round.Committed is not null))
        {
            var merged = round.Merged;
            table.Add(
                round.Round.ToString(CultureInfo.InvariantCulture), round.Leader ?? "-", round.Term.ToString(CultureInfo.InvariantCulture),
                round.Contributors.Count.ToString(CultureInfo.InvariantCulture),
                (round.Committed - round.Opened)?.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) ?? "-",
                Quantity.Number(merged?.Loss), Quantity.Percent(merged?.Accuracy));
        }

        table.Write(output);
    }

    private static ExampledCommand BuildReport()
    {
        var name = new Argument<string>("run") { Description = "A run, by its name or folder." };
        var file = new Option<string?>("--file") { Description = "Where to write it; report.html in the run's folder unless given." };
        var command = new ExampledCommand("report", "Makes a run's report again: one HTML page from what its folder holds.",
            "starling runs report digits-1", "starling runs report digits-1 --file digits.html") { name, file };
        command.SetAction(async (parsed, cancellation) =>
        {
            var written = await RunReport
                .WriteAsync(RunFolder.Find(parsed.GetValue(Output)!, parsed.GetValue(name)!), parsed.GetValue(file), null, cancellation)
                .ConfigureAwait(false);
            parsed.Print(new FileReport(written), CliJson.Default.FileReport, output => output.WriteLine($"report   {written}"));
        });
        return command;
    }

    private static void Remove(IReadOnlyList<RunFolder> runs, ParseResult parsed)
    {
        foreach (var run in runs)
        {
            RunLock.Take(run.Path).Dispose();
            run.Delete();
            parsed.Tell([$"{run.Name} is removed"]);
        }

        parsed.Print(new RemovalReport([.. runs.Select(run => run.Path)]), CliJson.Default.RemovalReport, _ => { });
    }
}
