using System.Collections.Immutable;
using Starling.Core.Kernel;

namespace Starling.Learning.Data.Splits;

/// <summary>
/// Each class is divided among the nodes in proportions drawn from a symmetric Dirichlet distribution (Hsu, Qi and Brown, 2019): the
/// smaller alpha, the more a class lies with few nodes.
/// </summary>
/// <param name="Alpha">The concentration, above 0.</param>
public sealed record DirichletSplit(double Alpha) : IDataSplit
{
    /// <inheritdoc/>
    public ImmutableArray<int[]> Divide(ReadOnlySpan<int> labels, int classes, int nodes, SeededRandom random)
    {
        RowDeal.RequireRows(labels.Length, nodes);
        var parts = new List<int>[nodes];
        for (var i = 0; i < nodes; i++)
            parts[i] = [];
        foreach (var rows in RowDeal.ByClass(labels, classes, random))
        {
            var shares = Draw(nodes, random);
            var (sum, from) = (0.0, 0);
            for (var node = 0; node < nodes; node++)
            {
                sum += shares[node];
                var to = node == nodes - 1 ? rows.Length : Math.Clamp((int)Math.Round(sum * rows.Length), from, rows.Length);
                parts[node].AddRange(rows.AsSpan(from, to - from));
                from = to;
            }
        }

        // A node without rows could not train at all: it gets one from whoever has most.
        foreach (var part in parts.Where(part => part.Count == 0))
        {
            var richest = parts.MaxBy(p => p.Count)!;
            part.Add(richest[^1]);
            richest.RemoveAt(richest.Count - 1);
        }

        return RowDeal.Finish(parts, random);
    }

    private double[] Draw(int nodes, SeededRandom random)
    {
        // In logarithms, because for a small alpha the gamma deviates themselves underflow to 0.
        var logs = new double[nodes];
        for (var i = 0; i < nodes; i++)
            logs[i] = Math.Log(Gamma(Alpha + 1, random)) + (Math.Log(1 - random.NextDouble()) / Alpha);
        var largest = logs.Max();
        var shares = Array.ConvertAll(logs, log => Math.Exp(log - largest));
        var sum = shares.Sum();
        return Array.ConvertAll(shares, share => share / sum);
    }

    /// <summary>A gamma deviate of scale 1 for a shape of at least 1 (Marsaglia and Tsang, 2000).</summary>
    private static double Gamma(double shape, SeededRandom random)
    {
        var d = shape - (1.0 / 3);
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var x = random.NextNormal();
            var v = 1 + (c * x);
            if (v <= 0)
                continue;
            v = v * v * v;
            if (Math.Log(1 - random.NextDouble()) < (x * x / 2) + d - (d * v) + (d * Math.Log(v)))
                return d * v;
        }
    }
}
