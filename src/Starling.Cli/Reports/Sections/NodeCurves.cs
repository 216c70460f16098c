using System.Globalization;
using Starling.Cli.Reports.Drawing;
using Starling.Cli.Running;
using Starling.Cli.Terminal;

namespace Starling.Cli.Reports.Sections;

/// <summary>A measure over rounds: a thin line for each node, thick ones over them, and a table of the same values beside.</summary>
/// <param name="progress">What the nodes told.</param>
internal sealed class NodeCurves(RunProgress progress)
{
    private const int MostRows = 100;
    private const int MostNodesInTable = 12;

    /// <summary>Measured rounds, in order.</summary>
    public IReadOnlyList<RoundView> Rounds { get; } = [.. progress.All.Where(round => round.Round <= progress.Rounds)];

    /// <summary>The points of one measure.</summary>
    public IReadOnlyList<(double X, double Y)> Points(Func<RoundView, double?> measure) =>
        [.. Rounds.Select(round => (X: (double)round.Round, Y: measure(round))).Where(point => point.Y is not null)
            .Select(point => (point.X, point.Y!.Value))];

    /// <summary>Adds each node's line.</summary>
    /// <param name="chart">To this chart.</param>
    /// <param name="measure">A node's value in a round; null if it has none.</param>
    /// <param name="label">What to write at a node's line; null for nothing.</param>
    /// <param name="isSmooth">Whether long lines are smoothed.</param>
    public void AddNodes(LineChart chart, Func<NodeRound, double?> measure, Func<int, string?> label, bool isSmooth)
    {
        for (var i = 0; i < progress.Nodes.Count; i++)
        {
            var name = progress.Nodes[i].Name;
            var points = Points(round => round.Nodes.GetValueOrDefault(name) is { } part ? measure(part) : null);
            chart.Add(new LineSeries(name, label(i), "node", isSmooth ? MeanSampling.Reduce(points) : points));
        }
    }

    /// <summary>
    /// Writes the values as a table. Of many rounds every so-manieth is in it, and of many nodes the least, the mean and the greatest.
    /// </summary>
    public void WriteTable(Markup page, string summary, string whole, Func<RoundView, double?>? swarm, Func<NodeRound, double?> measure,
        Func<double?, string> format)
    {
        var blocks = RoundBlocks.Over(1, Math.Max(1, Rounds.Count), MostRows);
        string[] nodes = progress.Nodes.Count <= MostNodesInTable ? [.. progress.Nodes.Select(node => node.Name)] : [];
        string[] columns = nodes.Length > 0 ? nodes : ["least node", "mean node", "greatest node"];
        var table = new DataTable([">round", .. swarm is null ? (string[])[] : [$">{whole}"], .. columns.Select(column => $">{column}")]);
        for (var i = 0; i < Rounds.Count; i++)
        {
            if ((i + 1) % blocks.Size != 0 && i != Rounds.Count - 1)
                continue;
            var round = Rounds[i];
            var values =
                progress.Nodes.Select(node => round.Nodes.GetValueOrDefault(node.Name) is { } part ? measure(part) : null).ToList();
            var cells = nodes.Length > 0 ? values : [values.Min(), values.Average(), values.Max()];
            table.Add([round.Round.ToString(CultureInfo.InvariantCulture), .. swarm is null ? (string[])[] : [format(swarm(round))],
                .. cells.Select(format)]);
        }

        table.WriteFolded(page, blocks.Size == 1 ? summary : $"{summary}, every {Ordinal(blocks.Size)} round");
    }

    private static string Ordinal(long number) =>
        Quantity.Count(number)
            + (number % 100 is >= 11 and <= 13 ? "th" : (number % 10) switch { 1 => "st", 2 => "nd", 3 => "rd", _ => "th" });
}
