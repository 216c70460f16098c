using System.Numerics;
using System.Reflection;

namespace Starling.Fuzz.Coverage;

/// <summary>
/// The counters of every instrumented assembly, and which of their values were seen so far. Counts are told apart as 1, 2, 3, 4,
/// 8, 16, 32 and 128 or more.
/// </summary>
internal sealed class CoverageMap
{
    private readonly List<(string Assembly, byte[] Hits, byte[] Seen)> maps = [];

    private CoverageMap()
    {
    }

    /// <summary>Whether anything counts; without it there is no guidance.</summary>
    public bool IsActive => maps.Count > 0;

    /// <summary>How many places were reached since the beginning.</summary>
    public int Reached => maps.Sum(map => map.Seen.Count(seen => seen != 0));

    /// <summary>Finds the counters of the assemblies in the fuzzer's own folder.</summary>
    public static CoverageMap Find()
    {
        var map = new CoverageMap();
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory, "*.branches.txt").Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(file)[..^".branches.txt".Length];
            if (Assembly.Load(name).GetType(Instrumenter.ClassName)?.GetField(Instrumenter.FieldName)?.GetValue(null) is byte[] hits)
                map.maps.Add((name, hits, new byte[hits.Length]));
        }

        return map;
    }

    /// <summary>Sets the counters to zero; what was seen stays.</summary>
    public void Clear()
    {
        foreach (var (_, hits, _) in maps)
            hits.AsSpan().Clear();
    }

    /// <summary>Takes note of the counters.</summary>
    /// <returns>How many of their values were never seen before.</returns>
    public int Note()
    {
        var fresh = 0;
        foreach (var (_, hits, seen) in maps)
            for (var at = Next(hits, 0); at < hits.Length; at = Next(hits, at + 1))
            {
                var value = Class(hits[at]);
                if ((seen[at] & value) != 0)
                    continue;
                seen[at] |= value;
                fresh++;
            }

        return fresh;
    }

    /// <summary>
    /// The places that the last input reached, each as one number with its count's class; places alone if
    /// <paramref name="counts"/> is false.
    /// </summary>
    public HashSet<int> Features(bool counts)
    {
        var features = new HashSet<int>();
        var start = 0;
        foreach (var (_, hits, _) in maps)
        {
            for (var at = Next(hits, 0); at < hits.Length; at = Next(hits, at + 1))
                features.Add(((start + at) * 8) + (counts ? BitOperations.Log2(Class(hits[at])) : 0));
            start += hits.Length;
        }

        return features;
    }

    /// <summary>Every place of a list of branches, and whether it was reached.</summary>
    public IEnumerable<(BranchSite Site, bool Reached)> Sites() =>
        from map in maps
        from line in File.ReadLines(Instrumenter.SitesFile(AppContext.BaseDirectory, map.Assembly))
        let site = BranchSite.Parse(line)
        select (site, map.Seen[site.Index] != 0);

    private static int Next(byte[] hits, int from)
    {
        var found = hits.AsSpan(from).IndexOfAnyExcept((byte)0);
        return found < 0 ? hits.Length : from + found;
    }

    private static byte Class(byte count) => count switch
    {
        1 => 1,
        2 => 2,
        3 => 4,
        < 8 => 8,
        < 16 => 16,
        < 32 => 32,
        < 128 => 64,
        _ => 128,
    };
}
