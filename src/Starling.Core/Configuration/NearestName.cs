namespace Starling.Core.Configuration;

/// <summary>Finds the name that was probably meant.</summary>
public static class NearestName
{
    private const int LongestCompared = 64;

    /// <summary>
    /// The candidate with the fewest edits to <paramref name="written"/>, the first of equals; null when all are too far to be a slip.
    /// </summary>
    public static string? Of(string written, IEnumerable<string> candidates)
    {
        var (best, least) = (default(string), int.MaxValue);
        foreach (var candidate in candidates)
        {
            var distance = Distance(written, candidate);
            if (distance < least && distance <= Math.Max(2, candidate.Length / 3))
                (best, least) = (candidate, distance);
        }

        return best;
    }

    /// <summary>
    /// Insertions, deletions, substitutions and swaps of neighbours between two names, without regard to case (Damerau, 1964, in the
    /// restricted form that edits no place twice). Names are compared up to 64 characters.
    /// </summary>
    public static int Distance(string left, string right)
    {
        Span<char> from = stackalloc char[Math.Min(left.Length, LongestCompared)],
            to = stackalloc char[Math.Min(right.Length, LongestCompared)];
        left.AsSpan(0, from.Length).ToUpperInvariant(from);
        right.AsSpan(0, to.Length).ToUpperInvariant(to);
        // Three rows of the table in turn, on the stack: a file may bring thousands of names.
        const int Width = LongestCompared + 1;
        Span<int> rows = stackalloc int[3 * Width];
        for (var j = 0; j <= to.Length; j++)
            rows[j] = j;
        for (var i = 1; i <= from.Length; i++)
        {
            var (before, previous, current) = ((i + 1) % 3 * Width, (i - 1) % 3 * Width, i % 3 * Width);
            rows[current] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var substituted = rows[previous + j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                rows[current + j] = Math.Min(substituted, Math.Min(rows[previous + j], rows[current + j - 1]) + 1);
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                    rows[current + j] = Math.Min(rows[current + j], rows[before + j - 2] + 1);
            }
        }

        return rows[(from.Length % 3 * Width) + to.Length];
    }
}
