using System.Globalization;
using Starling.Cli.Reports.Drawing;
using Starling.Cli.Runs;
using Starling.Cli.Terminal;

namespace Starling.Cli.Reports.Sections;

/// <summary>What nodes reach alone, together, and with all data in one place.</summary>
internal static class ResultSection
{
    // With more nodes than this the best and the worst stand for all; the table below has every one.
    private const int MostBars = 12;

    /// <summary>Writes it.</summary>
    /// <param name="page">Where to.</param>
    /// <param name="baselines">What is known of the comparison; null for nothing.</param>
    /// <param name="swarm">What the nodes reached together; null if nothing was measured yet.</param>
    /// <param name="isAdaptive">Whether the nodes' interval followed the loss.</param>
    public static void Write(Markup page, BaselineResults? baselines, Score? swarm, bool isAdaptive)
    {
        var alone = baselines?.Alone ?? new Dictionary<string, Score>();
        var comparison = Means(alone, swarm);
        page.Open("section", ("id", "result")).Leaf("h2", "Alone, together, pooled").Open("div", ("class", "pair")).Line();
        if (alone.Values.Append(swarm).Any(score => score?.Accuracy is not null))
            WriteBars(page, Shown(alone), comparison, swarm, baselines?.Pooled);
        var table = new DataTable("model", ">loss", ">accuracy", ">AUC", ">F1", ">rows");
        foreach (var (node, score) in alone)
            Add(table, $"{node} alone", null, score);
        if (alone.Count > 0)
            Add(table, "mean alone", "sum", comparison);
        if (swarm is not null)
            Add(table, "swarm", "best", swarm);
        if (baselines?.Pooled is { } pooled)
            Add(table, "pooled data", null, pooled);
        page.Open("figure").Leaf("figcaption", "Scores on the held-out rows");
        table.Write(page, "Scores on the held-out rows");
        page.Close().Close().Line();
        if (swarm is null || baselines?.Pooled is null)
            page.Leaf("p", "What is missing here was not known yet when this report was written.", ("class", "note"));
        page.Leaf("p",
            "“Alone” is a node over its own rows only, “pooled” one node over everybody's rows, each trained for as many batches as a node trains in the whole experiment"
            + (isAdaptive ? ", had its interval stayed as it began. " : ". ")
            + "All are measured on the same held-out rows.", ("class", "note"));
        page.Close().Line();
    }

    /// <summary>The mean over nodes; a measure that one of them lacks has none.</summary>
    public static Score Means(IReadOnlyDictionary<string, Score> alone, Score? like)
    {
        var examples = alone.Values.FirstOrDefault()?.Examples ?? like?.Examples ?? 0;
        return new Score(Mean(score => score.Loss), Mean(score => score.Accuracy), Mean(score => score.Auc), Mean(score => score.F1),
            examples);

        double? Mean(Func<Score, double?> measure) =>
            alone.Count > 0 && alone.Values.All(score => measure(score) is not null) ? alone.Values.Average(score => measure(score)) : null;
    }

    private static IEnumerable<(string Node, Score Score)> Shown(IReadOnlyDictionary<string, Score> alone) => alone.Count <= MostBars
        ? alone.Select(pair => (pair.Key, pair.Value))
        : [.. alone.Select(pair => (pair.Key, pair.Value)).OrderByDescending(pair => pair.Value.Accuracy)
            .Where((_, place) => place == 0 || place == alone.Count - 1)];

    private static void WriteBars(Markup page, IEnumerable<(string Node, Score Score)> alone, Score mean, Score? swarm, Score? pooled)
    {
        List<(string Name, string Style, double? Accuracy)> bars =
        [
            .. alone.Select(one => ($"{one.Node} alone", "node", one.Score.Accuracy)), ("mean alone", "alone", mean.Accuracy),
            ("swarm", "swarm", swarm?.Accuracy),
            ("pooled data", "pooled", pooled?.Accuracy),
        ];
        bars.RemoveAll(bar => bar.Accuracy is null);
        const int Left = 120, Width = 480, Row = 24;
        page.Open("figure").Leaf("figcaption", "Accuracy on the held-out rows");
        page.OpenDrawing("Accuracy alone, of the swarm, and with pooled data", Width, bars.Count * Row);
        for (var i = 0; i < bars.Count; i++)
        {
            var (name, style, accuracy) = bars[i];
            var length = Math.Clamp(accuracy!.Value, 0, 1) * (Width - Left - 60);
            page.Label(name, (Left - 8, (i * Row) + 16), "end");
            page.Box($"bar {style}", (Left, (i * Row) + 4), (Math.Max(1, length), 16), round: 2);
            page.Label(Quantity.Percent(accuracy), (Left + length + 6, (i * Row) + 16));
        }

        page.Close().Close().Line();
    }

    private static void Add(DataTable table, string name, string? style, Score score) => table.AddStyled(
        style, name, Quantity.Number(score.Loss), Quantity.Percent(score.Accuracy), Quantity.Number(score.Auc), Quantity.Number(score.F1),
        score.Examples.ToString("N0", CultureInfo.InvariantCulture));
}
