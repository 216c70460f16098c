using Starling.Cli.Reports.Drawing;
using Starling.Cli.Terminal;
using Starling.Learning.Data.Splits;

namespace Starling.Cli.Reports.Sections;

/// <summary>How many rows of each class each node holds.</summary>
internal static class SplitSection
{
    private const int MostColumns = 24;
    private const int MostNodes = 48;
    private const int Shades = 8;

    /// <summary>Writes it as a table whose darker cells hold more rows.</summary>
    /// <param name="page">Where to.</param>
    /// <param name="table">The counts; null where there are no rows.</param>
    /// <param name="nodes">The nodes' short names.</param>
    public static void Write(Markup page, SplitTable? table, IReadOnlyList<string> nodes)
    {
        if (table is null)
            return;
        var blocks = RoundBlocks.Over(0, Math.Max(0, table.ClassNames.Length - 1), MostColumns);
        var counts = table.Counts.Take(MostNodes)
            .Select(row => Enumerable.Range(0, blocks.Count).Select(block => row.Where((_, of) => blocks.Of(of) == block).Sum()).ToArray())
            .ToArray();
        var most = counts.SelectMany(row => row).DefaultIfEmpty(0).Max();
        Open(page);
        page.Leaf("p", "Training rows of each class at each node; darker cells hold more. No node sees another's rows.", ("class", "note"));
        page.Open("div", ("class", "scroll"), ("role", "region"), ("tabindex", "0"), ("aria-label", "Rows of each class at each node"))
            .Open("table", ("class", "heat"));
        page.Open("thead").Open("tr").Leaf("th", blocks.Size == 1 ? "node / class" : "node / classes", ("scope", "col"));
        for (var block = 0; block < blocks.Count; block++)
            page.Leaf("th", NameOf(table, blocks, block), ("scope", "col"), ("class", "n"));
        page.Leaf("th", "rows", ("scope", "col"), ("class", "n")).Close().Close().Open("tbody").Line();
        for (var i = 0; i < counts.Length; i++)
        {
            page.Open("tr").Leaf("th", i < nodes.Count ? nodes[i] : Quantity.Count(i + 1), ("scope", "row"));
            foreach (var count in counts[i])
                page.Leaf("td", count == 0 ? "·" : Quantity.Count(count), ("class", $"n heat{ShadeOf(count, most)}"));
            page.Leaf("td", Quantity.Count(counts[i].Sum()), ("class", "n")).Close().Line();
        }

        page.Close().Close().Close();
        if (table.Counts.Length > MostNodes)
            page.Leaf("p", $"{table.Counts.Length - MostNodes} more nodes are not shown.", ("class", "note"));
        page.Close().Line();
    }

    /// <summary>Writes why there is no table.</summary>
    public static void Write(Markup page, string trouble)
    {
        Open(page);
        page.Leaf("p", trouble, ("class", "note")).Close().Line();
    }

    private static void Open(Markup page) => page.Open("section", ("id", "data")).Leaf("h2", "How the data is split");

    private static int ShadeOf(int count, int most) => count == 0 ? 0 : Math.Max(1, (int)Math.Ceiling((double)Shades * count / most));

    private static string NameOf(SplitTable table, RoundBlocks blocks, int block)
    {
        var (first, last) = (block * blocks.Size, Math.Min(table.ClassNames.Length, (block + 1) * blocks.Size) - 1);
        return first == last ? table.ClassNames[(int)first] : $"{table.ClassNames[(int)first]} … {table.ClassNames[(int)last]}";
    }

}
