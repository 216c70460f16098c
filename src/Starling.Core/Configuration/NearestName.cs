namespace Starling.Core.Configuration;

/// <summary>Finds the name that was probably meant.</summary>
public static class NearestName
{
    private const int LongestCompared = 64;

    /// <summary>The candidate with the fewest edits to <paramref name="written"/>, the first of equals; null when all are too far to be a slip.</summary>
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
    /// Insertions, deletions, substitutions and swaps of neighbours between two names, without regard to case (Damerau, 1964, in the restricted form that edits no place twice). Names are compared up to
    /// 64 characters.
    /// </summary>
    public static int Distance(string left, string right)
    {
        left = left[..Math.Min(left.Length, LongestCompared)].ToUpperInvariant();
        right = right[..Math.Min(right.Length, LongestCompared)].ToUpperInvariant();
        var (before, previous, current) = (new int[right.Length + 1], new int[right.Length + 1], new int[right.Length + 1]);
        for (var j = 0; j <= right.Length; j++)
            previous[j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var substituted = previous[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                current[j] = Math.Min(substituted, Math.Min(previous[j], current[j - 1]) + 1);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                    current[j] = Math.Min(current[j], before[j - 2] + 1);
            }

            (before, previous, current) = (previous, current, before);
        }

        return previous[right.Length];
    }
}
