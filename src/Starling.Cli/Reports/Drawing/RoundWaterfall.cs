using System.Globalization;
using System.Text;
using Starling.Cli.Reports.History;
using Starling.Cli.Terminal;

namespace Starling.Cli.Reports.Drawing;

/// <summary>A bar for each round, from its opening on: when updates were ready, who claimed and lost terms, when a merge was proposed and committed.</summary>
/// <param name="title">What it shows, for a screen reader.</param>
internal sealed class RoundWaterfall(string title)
{
    private const int Width = 1000, Left = 60, Plot = 600, Row = 20, Bottom = 28;

    // A bar so many times longer than most is cut, and says so.
    private const double Outlier = 6;

    /// <summary>Draws it.</summary>
    public void Write(Markup page, IReadOnlyList<RoundHistory> rounds)
    {
        var lengths = rounds.Select(LengthOf).Order().ToArray();
        var x = new Scale(0, Math.Max(0.01, Math.Min(lengths.DefaultIfEmpty(1).Max(), Outlier * lengths.DefaultIfEmpty(1).ElementAt((int)(0.75 * Math.Max(0, lengths.Length - 1))))), Left, Left + Plot);
        var height = (rounds.Count * Row) + Bottom;
        page.Open("svg", ("viewBox", string.Create(CultureInfo.InvariantCulture, $"0 0 {Width} {height}")), ("role", "img"), ("aria-label", title)).Leaf("title", title);
        page.Open("g", ("class", "axis"), ("aria-hidden", "true"));
        foreach (var tick in x.Ticks(6))
        {
            page.Mark("line", ("x1", Markup.Number(x.At(tick))), ("x2", Markup.Number(x.At(tick))), ("y1", "0"), ("y2", Markup.Number(height - Bottom)));
            page.Leaf("text", $"{Quantity.Number(tick)} s", ("x", Markup.Number(x.At(tick))), ("y", Markup.Number(height - 10)), ("text-anchor", "middle"));
        }

        page.Close();
        for (var i = 0; i < rounds.Count; i++)
            WriteRound(page, rounds[i], x, i * Row);
        page.Close().Line();
    }

    private static void WriteRound(Markup page, RoundHistory round, Scale x, double top)
    {
        if (round.Opened is not { } opened)
            return;
        double At(DateTimeOffset? time) => x.At(((time ?? opened) - opened).TotalSeconds);
        var end = opened + TimeSpan.FromSeconds(LengthOf(round));
        page.Open("g").Leaf("title", string.Create(CultureInfo.InvariantCulture, $"Round {round.Round}: {RoundWords.Terms(round)}"));
        page.Leaf("text", round.Round.ToString(CultureInfo.InvariantCulture), ("class", "row"), ("x", Markup.Number(Left - 8)), ("y", Markup.Number(top + 14)), ("text-anchor", "end"));
        Bar(page, "gather", At(opened), At(end), top);
        foreach (var term in round.Terms.Values)
        {
            var over = term.Ended ?? (term == round.Winning ? round.Committed : null) ?? end;
            if (term.EndReason is not null)
                Bar(page, "lost", At(term.Claimed), At(over), top);
            else if (term.Claimed is not null)
                Bar(page, "merge", At(term.Claimed), At(term.Proposed ?? over), top);
            if (term is { EndReason: null, Proposed: not null })
                Bar(page, "votes", At(term.Proposed), At(over), top);
        }

        var ticks = new StringBuilder();
        foreach (var at in round.Ready.Values)
            ticks.Append('M').Append(Markup.Number(At(at))).Append(' ').Append(Markup.Number(top + 3)).Append("v14");
        if (ticks.Length > 0)
            page.Mark("path", ("class", "ready"), ("d", ticks.ToString()));
        foreach (var at in round.Openings.Values.Skip(1))
            page.Mark("path", ("class", "reopened"), ("d", $"M{Markup.Number(At(at) - 2)} {Markup.Number(top + 1)}v18m4 -18v18"));
        WriteNote(page, round, At(end), top);
        page.Close().Line();
    }

    private static void WriteNote(Markup page, RoundHistory round, double end, double top)
    {
        page.Open("text", ("class", "row"), ("x", Markup.Number(end + 8)), ("y", Markup.Number(top + 14)));
        page.Text(round.Length is { } length ? $"{Quantity.Time(length)}  " : "not committed  ");
        var lost = round.Lost.Select(term => term.Leader).ToList();
        if (lost.Count > 0)
            page.Leaf("tspan", lost.Count > 3 ? string.Create(CultureInfo.InvariantCulture, $"{lost.Count} leaders replaced, ") : $"{string.Join(", ", lost)} replaced, ", ("class", "bad"));
        if (round.Winning is { } winning)
            page.Text($"{winning.Leader} led");
        if (round.Named.Count > 0)
            page.Leaf("tspan", $", named: {string.Join(", ", round.Named)}", ("class", "bad"));
        page.Close();
    }

    private static void Bar(Markup page, string style, double from, double to, double top)
    {
        if (to - from >= 0.05)
            page.Mark("rect", ("class", style), ("x", Markup.Number(from)), ("y", Markup.Number(top + 4)), ("width", Markup.Number(to - from)), ("height", "12"));
    }

    // A round without a commit is drawn up to the last thing that is known of it.
    private static double LengthOf(RoundHistory round) => round.Opened is not { } opened ? 0 : ((round.Committed ?? round.Ready.Values
        .Concat(round.Openings.Values)
        .Concat(round.Terms.Values.SelectMany(term => new[] { term.Claimed, term.Proposed, term.Ended }).OfType<DateTimeOffset>())
        .DefaultIfEmpty(opened).Max()) - opened).TotalSeconds;
}
