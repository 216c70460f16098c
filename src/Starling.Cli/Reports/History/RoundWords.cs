using System.Globalization;

namespace Starling.Cli.Reports.History;

/// <summary>Says in words what happened in a round.</summary>
internal static class RoundWords
{
    /// <summary>Its terms, each with its leader and how it ended.</summary>
    public static string Terms(RoundHistory round) => round.Terms.Count == 0
        ? "nobody led yet"
        : string.Join("; ", round.Terms.Values.Select(term => round.Terms.Count == 1 && !round.StandsOut ? term.Leader : Term(term)));

    /// <summary>How its members judged the merge.</summary>
    public static string Audit(RoundHistory round)
    {
        var votes = round.Terms.Values.SelectMany(term => term.Votes.Values).ToList();
        var words = new List<string>();
        if (votes.Count > 0)
            words.Add(string.Create(CultureInfo.InvariantCulture,
                $"{votes.Count(vote => vote.IsFor)} for{Samples(votes.Count(vote => vote.IsSample))}{(round.Against > 0 ? $", {round.Against} against" : "")}"));
        if (round.Named.Count > 0)
            words.Add($"named: {string.Join(", ", round.Named)}");
        if (round.LateDisputes.Count > 0)
            words.Add($"disputed late: {string.Join(", ", round.LateDisputes.Keys)}");
        if (round.Unresolved.Count > 0)
            words.Add($"unresolved: {string.Join(", ", round.Unresolved)}");
        return string.Join("; ", words);
    }

    private static string Samples(int count) => count > 0 ? string.Create(CultureInfo.InvariantCulture, $" ({count} by samples)") : "";

    /// <summary>Names as a sentence has them: <c>a, b and c</c>.</summary>
    public static string Names(IReadOnlyCollection<string> names) => names.Count < 2
        ? string.Concat(names)
        : $"{string.Join(", ", names.Take(names.Count - 1))} and {names.Last()}";

    private static string Term(TermHistory term)
    {
        var suspects = term.Suspects.Count == 0 ? "" : $", suspected by {Names(term.Suspects.Keys)}";
        var missing =
            term.LeftOut.Count == 0 ? "" : $", left out {string.Join(", ", term.LeftOut.Select(left => $"{left.Member} ({left.Reason})"))}";
        var end = term.EndReason is { } reason && reason != "suspected" ? $", {reason}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"term {term.Term} {term.Leader}{suspects}{end}{missing}");
    }
}
