using System.Globalization;
using System.Text;
using Starling.Cli.Reports.History;
using Starling.Cli.Terminal;

namespace Starling.Cli.Reports.Drawing;

/// <summary>
/// A bar for each round, from its opening on: when updates were ready, who claimed and lost terms, when a merge was proposed and committed.
/// </summary>
/// <param name="title">What it shows, for a screen reader.</param>
internal sealed class RoundWaterfall(string title)
{
    private const int Width = 1000, Left = 60, Plot = 600, Row = 20, Bottom = 28;

    // A bar so many times longer than most is cut, and says so.
    private const double Outlier = 10;

    /// <summary>Draws it.</summary>
    public void Write(Markup page, IReadOnlyList<RoundHistory> rounds)
    {
        var lengths = rounds.Select(LengthOf).Order().ToArray();
        var longest = lengths.Length == 0 ? 1 : Math.Min(lengths[^1], Outlier * lengths[(int)(0.75 * (lengths.Length - 1))]);
        var x = new Scale(0, Math.Max(0.01, longest), Left, Left + Plot);
        var height = (rounds.Count * Row) + Bottom;
        page.OpenDrawing(title, Width, height).OpenAxes();
        foreach (var tick in x.Ticks(6))
        {
            page.Rule((x.At(tick), 0), (x.At(tick), height - Bottom));
            page.Label($"{Quantity.Number(tick)} s", (x.At(tick), height - 10), "middle");
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
        page.Label(round.Round.ToString(CultureInfo.InvariantCulture), (Left - 8, top + 14), "end");
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
        var isCut = LengthOf(round) > x.Most * 1.001;
        if (isCut)
            page.Mark("path", ("class", "cut"), ("d", $"M{Markup.Number(x.To - 16)} {Markup.Number(top + 18)}l6 -16m5 0l-6 16"));
        WriteNote(page, round, isCut, (At(end) + 8, top + 14));
        page.Close().Line();
    }

    private static void WriteNote(Markup page, RoundHistory round, bool isCut, (double X, double Y) at)
    {
        page.Open("text", ("x", Markup.Number(at.X)), ("y", Markup.Number(at.Y)));
        page.Text($"{(round.Length is { } length ? Quantity.Time(length) : "not committed")}{(isCut ? " (the bar is cut)" : "")}  ");
        var lost = round.Lost.Select(term => term.Leader).ToList();
        if (lost.Count > 0)
            page.Leaf("tspan",
                $"{(lost.Count > 3 ? string.Create(CultureInfo.InvariantCulture, $"{lost.Count} leaders") : string.Join(", ", lost))} replaced, ", ("class", "bad"));
        if (round.Winning is { } winning)
            page.Text($"{winning.Leader} led");
        if (round.Named.Count > 0)
            page.Leaf("tspan", $", named: {string.Join(", ", round.Named)}", ("class", "bad"));
        page.Close();
    }

    private static void Bar(Markup page, string style, double from, double to, double top) =>
        page.Box(style, (from, top + 4), (to - from, 12));

    // A round without a commit is drawn up to the last thing that is known of it.
    private static double LengthOf(RoundHistory round) => round.Opened is not { } opened ? 0 : ((round.Committed ?? round.Ready.Values
        .Concat(round.Openings.Values)
        .Concat(round.Terms.Values.SelectMany(term => new[] { term.Claimed, term.Proposed, term.Ended }).OfType<DateTimeOffset>())
        .DefaultIfEmpty(opened).Max()) - opened).TotalSeconds;
}
