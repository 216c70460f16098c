using Starling.Cli.Runs;
using Starling.Cli.Terminal;

namespace Starling.Cli.Running;

/// <summary>The table that a run ends with.</summary>
internal static class ResultTable
{
    /// <summary>
    /// Writes each node alone, their mean, the swarm, and the pooled data; before the swarm each node's own model, if it has one.
    /// </summary>
    public static void Write(BaselineResults baselines, Score swarm, TextWriter output, IEnumerable<(string Node, Score Score)>? own = null)
    {
        var table = new TextTable("model", ">loss", ">accuracy", ">AUC", ">F1");
        foreach (var (node, score) in baselines.Alone)
            Add($"{node} alone", score);
        Add("mean alone", new Score(
            Mean(baselines, score => score.Loss), Mean(baselines, score => score.Accuracy), Mean(baselines, score => score.Auc),
            Mean(baselines, score => score.F1), 0));
        foreach (var (node, score) in own ?? [])
            Add($"{node} in the swarm", score);
        Add(own is null ? "swarm" : "swarm, their mean", swarm);
        if (baselines.Pooled is not null)
            Add("pooled data", baselines.Pooled);
        table.Write(output);

        void Add(string name, Score score) =>
            table.Add(name, Quantity.Number(score.Loss), Quantity.Percent(score.Accuracy), Quantity.Number(score.Auc),
                Quantity.Number(score.F1));
    }

    /// <summary>One measure of all of them.</summary>
    public static Comparison Compare(BaselineResults baselines, Score swarm, Func<Score, double?> measure) => new(
        baselines.Alone.ToDictionary(pair => pair.Key, pair => measure(pair.Value)), Mean(baselines, measure), measure(swarm),
        baselines.Pooled is null ? null : measure(baselines.Pooled));

    private static double? Mean(BaselineResults baselines, Func<Score, double?> measure) =>
        baselines.Alone.Count > 0 && baselines.Alone.Values.All(score => measure(score) is not null)
            ? baselines.Alone.Values.Average(score => measure(score))
            : null;
}
