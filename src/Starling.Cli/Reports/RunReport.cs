using Starling.Api;
using Starling.Cli.Reports.History;
using Starling.Cli.Reports.Sections;
using Starling.Cli.Running;
using Starling.Cli.Runs;
using Starling.Cli.Terminal;
using Starling.Core.Identity;
using Starling.Core.Ledger;
using Starling.Learning.Data;
using Starling.Learning.Experiments;
using Starling.Ledgers;

namespace Starling.Cli.Reports;

/// <summary>Makes a run's <c>report.html</c> from what its folder holds, whether the run has finished or not.</summary>
/// <param name="folder">The run's folder.</param>
/// <param name="plan">What was set up.</param>
internal sealed class RunReport(RunFolder folder, RunPlan plan)
{
    private readonly Experiment experiment = folder.ReadExperiment();

    /// <summary>Writes the report of a run.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="file">Where to; <c>report.html</c> in the folder unless given.</param>
    /// <param name="ending">Why the run ended before it was done; null if it did not, or nobody knows.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The file, as a full path.</returns>
    /// <exception cref="CommandException">The run was never set up.</exception>
    public static async Task<string> WriteAsync(RunFolder folder, string? file, string? ending, CancellationToken cancellation)
    {
        var plan = folder.ReadPlan()
            ?? throw new CommandException(ExitCode.Usage, $"{folder.Name} was never set up, so there is nothing to report.");
        var target = Path.GetFullPath(file ?? folder.Report);
        RunFolder.WriteText(target, await new RunReport(folder, plan).ComposeAsync(ending, cancellation).ConfigureAwait(false));
        return target;
    }

    private async Task<string> ComposeAsync(string? ending, CancellationToken cancellation)
    {
        var progress = new RunProgress(plan.Nodes, experiment.Training.Rounds);
        var history =
            new RunHistory(plan.Nodes.ToDictionary(node => node.Id, node => node.Name, StringComparer.Ordinal), experiment.Training.Rounds);
        for (var i = 0; i < plan.Nodes.Count; i++)
            history.Add(plan.Nodes[i].Name, folder.Events(plan.Nodes[i]).Select(told =>
            {
                progress.Apply(progress.Nodes[i], told);
                return told;
            }));
        var ledger = await VerifyAsync(cancellation).ConfigureAwait(false);
        string[] nodes = [.. plan.Nodes.Select(node => node.Name)];
        var (baselines, summary) = (folder.ReadBaselines(), folder.ReadSummary());
        var head = new RunHead(experiment, plan, progress,
            history)
        { Name = folder.Name, Baselines = baselines, Summary = summary, Ending = ending };
        return ReportPage.Compose(
            $"{folder.Name}: Starling run",
            $"Made by starling {head.Versions} from the folder of {folder.Name}. Times are those of the nodes' own clocks.",
            head.Write,
            page => ResultSection.Write(page, baselines, head.Swarm, experiment.Training.Adaptive is not null),
            page => LearningSection.Write(page, progress, baselines),
            page => NodesSection.Write(page, progress),
            page => RoundsSection.Write(page, history, nodes),
            page => TrafficSection.Write(page, progress),
            page => WriteSplit(page, nodes),
            page => SettingsSection.Write(page, DefaultSettings.Compare(experiment)),
            page => ProofSection.Write(page, Facts(progress, head, ledger), Commands(summary is not null)));
    }

    // A ledger that cannot be read is a finding, and the rest of the report is wanted all the more.
    private async Task<(LedgerVerdict? Verdict, string? Trouble)> VerifyAsync(CancellationToken cancellation)
    {
        try
        {
            var ledger = await StoredLedger.OpenAsync("", folder.Ledger, null, cancellation).ConfigureAwait(false);
            await using (ledger.ConfigureAwait(false))
                return (await LedgerReplay
                    .VerifyAsync(ledger.Backend, ledger.Contract, ledger.Founding, new X509Certifier(), null,
                        cancellation).ConfigureAwait(false), null);
        }
        catch (Exception e) when (e is LedgerException or CommandException)
        {
            return (null, e.Message);
        }
    }

    private void WriteSplit(Markup page, string[] nodes)
    {
        try
        {
            if (folder.ChangedRows(experiment) is { } changed)
                SplitSection.Write(page, $"{changed}, and make the report again.");
            else
                SplitSection.Write(page, ExperimentProblem.Load(experiment).Table, nodes);
        }
        catch (DataException)
        {
            // The data may have moved since the run; the rest of the report does not need it.
        }
    }

    private List<(string Name, string Value)> Facts(RunProgress progress, RunHead head, (LedgerVerdict? Verdict, string? Trouble) ledger)
    {
        List<(string, string)> facts = [("software", $"starling {head.Versions}"), ("contract", plan.Contract),
            ("founding entry", plan.Founding), ("administrator", plan.Admin)];
        if (progress.LastMerge is { } merge)
            facts.Add(("last committed model", merge));
        if (ledger.Trouble is { } trouble)
            facts.Add(("ledger", $"NOT VERIFIED: {trouble}"));
        if (ledger.Verdict is { } verdict)
        {
            var (entries, refused) = (Quantity.Count(verdict.Entries), Quantity.Count(verdict.Refused.Values.Sum()));
            var sound = $"sound, {entries} entries, {Quantity.Count(verdict.Commits)} rounds committed, {refused} entries refused";
            facts.Add(("ledger", verdict.Finding is { } finding
                ? $"NOT SOUND: the first bad entry is at height {Quantity.Count(finding.Height)} ({finding.Fault}): {finding.Detail}"
                : $"verified when this report was made: {sound}"));
            facts.Add(("ledger height", entries));
            facts.Add(("chain hash", verdict.State.ChainHash.ToString()));
        }

        facts.AddRange(plan.Nodes.Select(node => (node.Name, node.Id)));
        return facts;
    }

    private List<(string What, string Command)> Commands(bool isFinished)
    {
        List<(string, string)> commands =
            [("Prove the ledger's whole history", $"starling ledger verify {folder.Path}"),
                ("List its entries", $"starling ledger log {folder.Path}")];
        if (!isFinished)
            commands.Add(("Go on with the run", $"starling run --resume {folder.Path}"));
        else
            commands.AddRange(
                [experiment.Program.Command is null ? ("Measure the model", $"starling model eval {folder.Model} --run {folder.Path}")
                    : ("Look at the model, which only its program can measure", $"starling model show {folder.Model}"),
                    ("Train again with the same settings", $"starling run {folder.Experiment}")]);
        commands.AddRange([("Compare with another run", $"starling runs compare {folder.Path} OTHER"),
            ("Make this report again", $"starling runs report {folder.Path}")]);
        return commands;
    }
}
