using System.Globalization;
using System.Text;
using Starling.Core.Kernel;

namespace Starling.Cli.Scaffolding;

/// <summary>
/// Rows that a person can look at, for a project without any: three kinds of fruit, drawn from normal distributions that overlap a little.
/// </summary>
internal static class SampleRows
{
    private const int RowsPerKind = 200;
    private const ulong Seed = 1;

    private static readonly (string Name, double Weight, double Diameter, double Sweetness)[] Kinds =
        [("apple", 170, 7.5, 12), ("lemon", 120, 6, 3), ("plum", 60, 4.5, 14)];

    /// <summary>A file of comma-separated values, the same each time.</summary>
    public static string Text()
    {
        var random = new SeededRandom(Seed);
        var rows = Enumerable.Range(0, RowsPerKind * Kinds.Length).Select(i => Kinds[i % Kinds.Length]).ToArray();
        random.Shuffle(rows.AsSpan());
        var text = new StringBuilder("weight,diameter,sweetness,fruit\n");
        foreach (var (name, weight, diameter, sweetness) in rows)
            text.Append(CultureInfo.InvariantCulture,
                $"{Draw(weight, 25):0},{Draw(diameter, 0.8):0.0},{Draw(sweetness, 2.5):0.0},{name}\n");
        return text.ToString();

        double Draw(double mean, double deviation) => Math.Max(1, mean + (deviation * random.NextNormal()));
    }
}
