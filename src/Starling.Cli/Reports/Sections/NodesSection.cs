using Starling.Cli.Reports.Drawing;
using Starling.Cli.Running;
using Starling.Cli.Terminal;

namespace Starling.Cli.Reports.Sections;

/// <summary>How each node does: where it stands, what it measured last, and how long it still trains.</summary>
internal static class NodesSection
{
    // Of more nodes the table is long, and few want all of it.
    private const int MostInSight = 24;

    /// <summary>Writes it; nothing before a node told anything.</summary>
    public static void Write(Markup page, RunProgress progress)
    {
        if (progress.All.Count == 0)
            return;
        page.Open("section", ("id", "nodes")).Leaf("h2", "Nodes");
        var table =
            new DataTable("node", "is", ">rounds", ">own loss", ">own accuracy", ">merged loss", ">merged accuracy", ">left", ">restarts");
        foreach (var node in progress.Nodes)
            table.Add(
                node.Name, node.Doing, $"{Quantity.Count(node.Round)} of {Quantity.Count(progress.Rounds)}",
                Quantity.Number(node.Local?.Loss), Quantity.Percent(node.Local?.Accuracy),
                Quantity.Number(node.Merged?.Loss), Quantity.Percent(node.Merged?.Accuracy), Quantity.Time(node.Remaining(progress.Rounds)),
                Quantity.Count(node.Restarts));
        if (progress.Nodes.Count <= MostInSight)
            table.Write(page, "How each node does");
        else
            table.WriteFolded(page, "How each node does");
        page.Leaf("p",
            "Own: what the node's last update scored before it was merged. Merged: the last merge. Left: at the pace of the node's last rounds.", ("class", "note"));
        page.Close().Line();
    }
}
