namespace Starling.Core.Merging;

/// <summary>Batcher's merge exchange for any number of rows (Knuth, The Art of Computer Programming 3, 5.2.2, algorithm M).</summary>
internal static class SortingNetwork
{
    /// <summary>The steps that sort all rows.</summary>
    internal static Comparator[] ForSorting(int rows)
    {
        var steps = new List<Comparator>();
        var top = 1;
        while (top < rows)
            top *= 2;
        for (var p = top / 2; p > 0; p /= 2)
        {
            var (q, r, d) = (top / 2, 0, p);
            while (true)
            {
                for (var i = 0; i < rows - d; i++)
                    if ((i & p) == r)
                        steps.Add(new Comparator(i, i + d, true, true));
                if (q == p)
                    break;
                (d, q, r) = (q - p, q / 2, p);
            }
        }

        return [.. steps];
    }

    /// <summary>The steps that put the right rows in the places from first to last; the others may end up anywhere.</summary>
    internal static Comparator[] ForSelecting(int rows, int first, int last)
    {
        var needed = new bool[rows];
        needed.AsSpan(first, last - first + 1).Fill(true);
        var steps = new List<Comparator>();
        foreach (var step in ForSorting(rows).Reverse())
        {
            if (!needed[step.Low] && !needed[step.High])
                continue;
            steps.Add(step with { KeepsLow = needed[step.Low], KeepsHigh = needed[step.High] });
            needed[step.Low] = needed[step.High] = true;
        }

        steps.Reverse();
        return [.. steps];
    }
}
