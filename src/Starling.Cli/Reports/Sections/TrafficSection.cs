using Starling.Cli.Reports.Drawing;
using Starling.Cli.Running;
using Starling.Cli.Terminal;

namespace Starling.Cli.Reports.Sections;

/// <summary>Bytes between nodes over rounds.</summary>
internal static class TrafficSection
{
    // More names than this do not fit beside the lines.
    private const int MostLabels = 12;

    /// <summary>Writes it; nothing if nothing was counted.</summary>
    public static void Write(Markup page, RunProgress progress)
    {
        var curves = new NodeCurves(progress);
        var sent = progress.Nodes.Sum(node => node.BytesOut);
        if (sent == 0)
            return;
        page.Open("section", ("id", "traffic")).Leaf("h2", "Bytes between nodes");
        var update = curves.Rounds.SelectMany(round => round.Nodes.Values).Select(part => part.UpdateBytes).Max();
        page.Leaf("p",
            $"{Quantity.Bytes(sent)} were sent between nodes in all{(progress.Committed > 0 ? $", {Quantity.Bytes(sent / progress.Committed)} a round" : "")}."
            + (update is { } bytes ? $" An update takes {Quantity.Bytes(bytes)}." : ""));
        page.Open("div", ("class", "pair")).Line();
        WriteOne(page, progress, curves, "Sent up to each round, by node", part => part.BytesOut);
        WriteOne(page, progress, curves, "Received up to each round, by node", part => part.BytesIn);
        page.Close();
        var table = new DataTable("node", ">sent", ">received", ">share of all sent");
        foreach (var node in progress.Nodes)
            table.Add(node.Name, Quantity.Bytes(node.BytesOut), Quantity.Bytes(node.BytesIn),
                Quantity.Percent((double)node.BytesOut / sent));
        if (progress.Nodes.Count <= MostLabels)
            table.Write(page, "Bytes of each node");
        else
            table.WriteFolded(page, "Bytes of each node");
        page.Close().Line();
    }

    private static void WriteOne(Markup page, RunProgress progress, NodeCurves curves, string name, Func<NodeRound, double?> measure)
    {
        var chart = new LineChart(name, value => Quantity.Bytes((long)value));
        curves.AddNodes(chart, measure, i => progress.Nodes.Count <= MostLabels ? progress.Nodes[i].Name : null, isSmooth: false);
        page.Open("figure").Leaf("figcaption", name);
        chart.Write(page);
        curves.WriteTable(page, $"{name}, as a table", "", null, measure, value => value is { } bytes ? Quantity.Bytes((long)bytes) : "-");
        page.Close().Line();
    }
}
