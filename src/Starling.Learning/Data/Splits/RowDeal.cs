using System.Collections.Immutable;
using Starling.Core.Kernel;

namespace Starling.Learning.Data.Splits;

/// <summary>How rows are counted off for nodes.</summary>
internal static class RowDeal
{
    /// <summary>The numbers from 0 in random order.</summary>
    public static int[] Shuffled(int count, SeededRandom random)
    {
        var numbers = Enumerable.Range(0, count).ToArray();
        random.Shuffle(numbers.AsSpan());
        return numbers;
    }

    /// <summary>The rows of each class, in random order.</summary>
    public static int[][] ByClass(ReadOnlySpan<int> labels, int classes, SeededRandom random)
    {
        var rows = new List<int>[classes];
        for (var i = 0; i < classes; i++)
            rows[i] = [];
        foreach (var row in Shuffled(labels.Length, random))
            rows[labels[row]].Add(row);
        return [.. rows.Select(r => r.ToArray())];
    }

    /// <summary>Throws unless every node can have a row.</summary>
    public static void RequireRows(int rows, int nodes)
    {
        if (rows < nodes)
            throw new DataException($"{rows} rows cannot be divided among {nodes} nodes; use fewer nodes or more rows.");
    }

    /// <summary>
    /// Whole numbers in the given proportions that add up to <paramref name="rows"/> (largest remainders), each at least 1.
    /// </summary>
    public static int[] Apportion(int rows, double[] shares)
    {
        RequireRows(rows, shares.Length);
        var sum = shares.Sum();
        var free = rows - shares.Length;
        var exact = Array.ConvertAll(shares, share => share / sum * free);
        var sizes = Array.ConvertAll(exact, value => 1 + (int)value);
        var left = rows - sizes.Sum();
        foreach (var i in Enumerable.Range(0, shares.Length).OrderByDescending(i => exact[i] - Math.Floor(exact[i])).ThenBy(i => i)
            .Take(left))
            sizes[i]++;
        return sizes;
    }

    /// <summary>Cuts the rows into parts of the given sizes.</summary>
    public static ImmutableArray<int[]> BySizes(int[] rows, int[] sizes)
    {
        var parts = ImmutableArray.CreateBuilder<int[]>(sizes.Length);
        var from = 0;
        foreach (var size in sizes)
        {
            parts.Add(rows[from..(from + size)]);
            from += size;
        }

        return parts.MoveToImmutable();
    }

    /// <summary>The parts, each in random order.</summary>
    public static ImmutableArray<int[]> Finish(IEnumerable<List<int>> parts, SeededRandom random) => [.. parts.Select(part =>
    {
        var rows = part.ToArray();
        random.Shuffle(rows.AsSpan());
        return rows;
    })];
}
