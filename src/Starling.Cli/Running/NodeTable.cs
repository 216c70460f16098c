using System.Globalization;
using Spectre.Console;
using Starling.Cli.Terminal;

namespace Starling.Cli.Running;

/// <summary>The table in which a person sees each node of a run while it goes on.</summary>
internal static class NodeTable
{
    // In fewer columns words would be broken, so that those go which can be spared most. Headings of two words stand in two lines, so that
    // a column is as wide as its values.
    private const int WideEnough = 125;

    private static readonly (string Heading, bool IsSpare, Func<NodeView, long, string> Cell)[] Columns =
    [
        ("node", false, (node, _) => node.Name),
        ("is", false, (node, _) => node.Doing),
        ("round", false, (node, _) => node.Round.ToString(CultureInfo.InvariantCulture)),
        ("own\nloss", false, (node, _) => Quantity.Number(node.Local?.Loss)),
        ("own\naccuracy", false, (node, _) => Quantity.Percent(node.Local?.Accuracy)),
        ("merged\nloss", true, (node, _) => Quantity.Number(node.Merged?.Loss)),
        ("merged\naccuracy", false, (node, _) => Quantity.Percent(node.Merged?.Accuracy)),
        ("left", false, (node, rounds) => Quantity.Time(node.Remaining(rounds))),
        ("received", true, (node, _) => Quantity.Bytes(node.BytesIn)),
        ("sent", true, (node, _) => Quantity.Bytes(node.BytesOut)),
        ("restarts", true, (node, _) => node.Restarts.ToString(CultureInfo.InvariantCulture)),
    ];

    /// <summary>Makes it.</summary>
    /// <param name="progress">What the nodes told.</param>
    /// <param name="width">The terminal's columns.</param>
    public static Table Make(RunProgress progress, int width)
    {
        var table = new Table().Border(TableBorder.Rounded);
        var shown = Columns.Where(column => width >= WideEnough || !column.IsSpare).ToList();
        foreach (var (heading, _, _) in shown)
            table.AddColumn(heading is "node" or "is" ? new TableColumn(heading) : new TableColumn(heading).RightAligned());
        foreach (var node in progress.Nodes)
            table.AddRow([.. shown.Select(column => Markup.Escape(column.Cell(node, progress.Rounds)))]);
        return table;
    }
}
