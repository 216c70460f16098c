using System.Globalization;
using Starling.Cli.Reports.History;
using Starling.Cli.Reports.Sections;
using Starling.Cli.Running;
using Starling.Cli.Runs;
using Starling.Cli.Terminal;
using Starling.Learning.Experiments;

namespace Starling.Cli.Reports;

/// <summary>The head of a run's report.</summary>
/// <param name="experiment">What was trained.</param>
/// <param name="plan">What was set up.</param>
/// <param name="progress">What the nodes measured.</param>
/// <param name="history">What the nodes told of their rounds.</param>
internal sealed class RunHead(Experiment experiment, RunPlan plan, RunProgress progress, RunHistory history)
{
    /// <summary>The run's name.</summary>
    public required string Name { get; init; }

    /// <summary>What is known of the comparison.</summary>
    public BaselineResults? Baselines { get; init; }

    /// <summary>How the run ended; null if it has not finished.</summary>
    public RunSummary? Summary { get; init; }

    /// <summary>Why it ended before it was done; null if it did not, or nobody knows.</summary>
    public string? Ending { get; init; }

    /// <summary>What the nodes reached together: the final model, or the last merge that was measured.</summary>
    public Score? Swarm => Summary is { } summary && progress.HasOwnRounds
        ? new Score(summary.Loss.Swarm, summary.Accuracy.Swarm, null, null, progress.Nodes.Max(node => node.Final?.Examples) ?? 0)
        : progress.Nodes.FirstOrDefault(node => node.Final is not null)?.Final
            ?? progress.All.LastOrDefault(round => round.Merged is not null)?.Merged;

    /// <summary>The versions of the nodes' software.</summary>
    public string Versions => history.Lives.Count == 0
        ? "of an unknown version"
        : string.Join(" and ", history.Lives.Select(life => life.Version).Distinct(StringComparer.Ordinal).Take(5));

    /// <summary>Writes it.</summary>
    public void Write(Markup page)
    {
        HeadSection.Write(page, Name, Summary is not null ? "finished" : "not finished", Summary is not null, Sentences(), Figures());
    }

    private List<string> Sentences()
    {
        var sentences = new List<string>();
        var progressed = string.Create(CultureInfo.InvariantCulture,
            $"{progress.Committed} of {progress.Rounds} rounds are {(progress.HasOwnRounds ? "passed by all" : "committed")}");
        if (Summary is null)
            sentences.Add($"{progressed}{(Swarm?.Accuracy is { } share ? $"; the last model that was measured reaches {Quantity.Percent(share)} accuracy" : "")}.");
        else
            sentences.Add(Result());
        if (Ending is not null)
            sentences.Add(Ending);
        var (program, data) = (experiment.Program.Kind.ToString().ToLowerInvariant(), experiment.Data.Set.ToString().ToLowerInvariant());
        sentences.Add($"{Quantity.Count(plan.Nodes.Count)} nodes trained one model ({program}) on {data}, each on its own rows; what they exchanged were models, never rows.");
        return sentences;
    }

    private string Result()
    {
        var mean = ResultSection.Means(Baselines?.Alone ?? new Dictionary<string, Score>(), null);
        if (Swarm?.Accuracy is not { } swarm)
            return $"Together the nodes reach a loss of {Quantity.Number(Swarm?.Loss)}; "
                + $"alone {Quantity.Number(mean.Loss)} in the mean, with pooled data {Quantity.Number(Baselines?.Pooled?.Loss)}.";
        var sentence = $"Together the nodes reach {Quantity.Percent(swarm)} accuracy";
        if (mean.Accuracy is { } alone)
            sentence += $", {Points(swarm - alone)} than a node alone ({Quantity.Percent(alone)} in the mean)";
        if (Baselines?.Pooled?.Accuracy is { } pooled)
            sentence += $" and {Points(swarm - pooled)} than with all data in one place ({Quantity.Percent(pooled)})";
        // A number and its unit stay on one line.
        return sentence.Replace(" %", "\u00a0%", StringComparison.Ordinal) + ".";
    }

    private static string Points(double share) =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Abs(100 * share):0.0} points {(share < 0 ? "less" : "more")}");

    private List<(string Name, string Value)> Figures()
    {
        List<(string, string)> figures =
        [
            ("nodes", Quantity.Count(plan.Nodes.Count)),
            ("rounds",
                string.Create(CultureInfo.InvariantCulture,
                    $"{progress.Committed} of {progress.Rounds}, {experiment.Training.SyncInterval} batches {(experiment.Training.Adaptive is null ? "each" : "at first")}")),
            ("protocol", experiment.Protocol),
            // Where each node averages by itself, there is no common merge, and nothing of one to audit.
            .. progress.HasOwnRounds ? [] : ((string, string)[])
                [("merge rule", experiment.Training.MergeRule), ("audit", experiment.Training.Audit.ToString().ToLowerInvariant())],
            ("seed", experiment.Seed.ToString(CultureInfo.InvariantCulture)),
            ("set up", plan.Created.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)),
        ];
        if (history.Span is { } span)
            figures.Add(("nodes were up", Quantity.Time(span.Last - span.First)));
        figures.Add(("sent between nodes", Quantity.Bytes(progress.Nodes.Sum(node => node.BytesOut))));
        figures.Add(("restarts", Quantity.Count(progress.Nodes.Sum(node => node.Restarts))));
        return figures;
    }
}
