using Starling.Cli.Reports.Drawing;
using Starling.Cli.Running;
using Starling.Cli.Runs;
using Starling.Cli.Terminal;

namespace Starling.Cli.Reports.Sections;

/// <summary>Accuracy and loss over rounds.</summary>
internal static class LearningSection
{
    /// <summary>Writes it; nothing if nothing was measured.</summary>
    public static void Write(Markup page, RunProgress progress, BaselineResults? baselines)
    {
        var curves = new NodeCurves(progress);
        if (!curves.Rounds.Any(round => Merged(round) is not null))
            return;
        var mean = ResultSection.Means(baselines?.Alone ?? new Dictionary<string, Score>(), null);
        page.Open("section", ("id", "learning")).Leaf("h2", "Learning").Open("div", ("class", "pair")).Line();
        if (curves.Rounds.Any(round => Merged(round)?.Accuracy is not null))
            WriteMetric(page, curves, (mean.Accuracy, baselines?.Pooled?.Accuracy));
        WriteOne(page, curves, "Loss over rounds",
            new LineChart("Loss over rounds", value => Quantity.Number(value)) { MayBeLogarithmic = true },
            score => score?.Loss, (mean.Loss, baselines?.Pooled?.Loss), Quantity.Number);
        page.Close();
        page.Leaf("p", "Thick: the merged model of each round. Thin: what each node's own update scores before it is merged"
            + (curves.Rounds.Count < MeanSampling.From ? "" : ", smoothed") + ". Dashed: what training without merging reaches.",
            ("class", "note"));
        page.Close().Line();
    }

    // A program may measure by a metric of its own, which is no share.
    private static void WriteMetric(Markup page, NodeCurves curves, (double? Alone, double? Pooled) against)
    {
        var measured = curves.Rounds.SelectMany(round => round.Nodes.Values.Select(part => part.Local).Append(Merged(round)))
            .Select(score => score?.Accuracy);
        if (measured.All(metric => metric is not { } value || Quantity.IsShare(value)))
            WriteOne(page, curves, "Accuracy over rounds", new LineChart("Accuracy over rounds", WholePercent) { Ceiling = 1 },
                score => score?.Accuracy, against, Quantity.Percent);
        else
            WriteOne(page, curves, "Metric over rounds", new LineChart("Metric over rounds", value => Quantity.Number(value)),
                score => score?.Accuracy, against, Quantity.Number);
    }

    private static void WriteOne(
        Markup page, NodeCurves curves, string name, LineChart chart, Func<Score?, double?> measure,
        (double? Alone, double? Pooled) against, Func<double?, string> format)
    {
        curves.AddNodes(chart, part => measure(part.Local), i => i == 0 ? "before merging" : null, isSmooth: true);
        chart.Compare("pooled", "pooled", against.Pooled);
        chart.Compare("alone", "alone", against.Alone);
        var points = curves.Points(round => measure(Merged(round)));
        chart.Add(new LineSeries("swarm: merged model", points.Count > 0 ? $"swarm {format(points[^1].Y)}" : null, "swarm", points));
        page.Open("figure").Leaf("figcaption", name);
        chart.Write(page);
        curves.WriteTable(page, $"{name} as a table", "swarm", round => measure(Merged(round)), part => measure(part.Local), format);
        page.Close().Line();
    }

    private static string WholePercent(double share) => Quantity.Percent(share).Replace(".0 %", " %", StringComparison.Ordinal);

    private static Score? Merged(RoundView round) => round.Merged;
}
