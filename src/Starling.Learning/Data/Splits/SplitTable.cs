using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Starling.Core.Configuration;

namespace Starling.Learning.Data.Splits;

/// <summary>How many rows of each class each node holds.</summary>
/// <param name="ClassNames">The columns.</param>
/// <param name="Counts">For each node a count for each class.</param>
public sealed record SplitTable(ImmutableArray<string> ClassNames, ImmutableArray<ImmutableArray<int>> Counts)
{
    /// <summary>Counts a division.</summary>
    /// <param name="data">The rows that were divided.</param>
    /// <param name="parts">For each node its rows.</param>
    public static SplitTable Of(DataSet data, ImmutableArray<int[]> parts) => new(data.ClassNames, [.. parts.Select(part =>
    {
        var counts = new int[data.Classes];
        foreach (var row in part)
            counts[data.Labels[row]]++;
        return counts.ToImmutableArray();
    })]);

    /// <summary>A plain-text table: a line a node, a column a class, and the sum.</summary>
    public override string ToString()
    {
        List<string[]> cells = [["node", .. ClassNames.Select(Mistake.Shorten), "rows"]];
        for (var node = 0; node < Counts.Length; node++)
            cells.Add([Number(node), .. Counts[node].Select(Number), Number(Counts[node].Sum())]);
        var widths = Enumerable.Range(0, ClassNames.Length + 2).Select(column => cells.Max(row => row[column].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var row in cells)
            text.AppendJoin("  ", row.Select((cell, column) => cell.PadLeft(widths[column]))).Append('\n');
        return text.ToString();
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
