namespace Starling.Fuzz.Coverage;

/// <summary>How many outcomes of a parser's branches were reached, and which were not.</summary>
/// <param name="Reached">Outcomes that were.</param>
/// <param name="All">Outcomes that there are.</param>
/// <param name="Missed">Those that were not, by file and line.</param>
internal sealed record BranchReport(int Reached, int All, IReadOnlyList<BranchSite> Missed)
{
    /// <summary>In hundredths; 100 for a parser without a branch.</summary>
    public double Percent => All == 0 ? 100 : 100.0 * Reached / All;

    /// <summary>Counts the outcomes of a parser.</summary>
    /// <param name="map">What was reached.</param>
    /// <param name="parsers">Its types, each with its namespace, or one method of a type as <c>Type::Method</c>; with a minus before it,
    /// one that does not count.</param>
    public static BranchReport Of(CoverageMap map, IReadOnlyCollection<string> parsers)
    {
        var wanted = parsers.ToHashSet(StringComparer.Ordinal);
        var sites = map.Sites().Where(entry => entry.Site.IsBranch && IsWanted(entry.Site)).ToList();
        return new BranchReport(sites.Count(entry => entry.Reached), sites.Count,
            [.. sites.Where(entry => !entry.Reached).Select(entry => entry.Site).OrderBy(site => site.File, StringComparer.Ordinal)
                .ThenBy(site => site.Line)]);

        bool IsWanted(BranchSite site) =>
            $"{site.Type}::{site.Method}" is var method && !wanted.Contains("-" + method)
                && (wanted.Contains(site.Type) || wanted.Contains(method));
    }
}
