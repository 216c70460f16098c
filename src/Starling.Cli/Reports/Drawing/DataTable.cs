namespace Starling.Cli.Reports.Drawing;

/// <summary>A table of a page.</summary>
/// <param name="headings">A heading for each column; one that begins with <c>&gt;</c> sets its column to the right.</param>
internal sealed class DataTable(params ReadOnlySpan<string> headings)
{
    private readonly string[] headings = headings.ToArray();
    private readonly List<(string[] Cells, string? Style)> rows = [];

    /// <summary>Adds a row with a cell for each column. The first cell is what the row is about.</summary>
    public void Add(params ReadOnlySpan<string> cells) => AddStyled(null, cells);

    /// <summary>Adds a row of a class in the style sheet.</summary>
    public void AddStyled(string? style, params ReadOnlySpan<string> cells)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(cells.Length, headings.Length);
        rows.Add((cells.ToArray(), style));
    }

    /// <summary>Writes it so that a narrow page can be moved over it.</summary>
    /// <param name="page">Where to.</param>
    /// <param name="name">What it shows, for a screen reader.</param>
    public void Write(Markup page, string name)
    {
        page.Open("div", ("class", "scroll"), ("role", "region"), ("tabindex", "0"), ("aria-label", name)).Open("table").Open("thead")
            .Open("tr");
        foreach (var heading in headings)
            page.Leaf("th", heading.TrimStart('>'), ("scope", "col"), ("class", heading.StartsWith('>') ? "n" : null));
        page.Close().Close().Open("tbody").Line();
        foreach (var (cells, style) in rows)
        {
            page.Open("tr", ("class", style));
            for (var i = 0; i < cells.Length; i++)
                page.Leaf(i == 0 ? "th" : "td", cells[i], ("scope", i == 0 ? "row" : null),
                    ("class", headings[i].StartsWith('>') ? "n" : null));
            page.Close().Line();
        }

        page.Close().Close().Close();
    }

    /// <summary>Writes it below a chart, folded away until somebody asks.</summary>
    public void WriteFolded(Markup page, string summary)
    {
        page.Open("details").Leaf("summary", summary);
        Write(page, summary);
        page.Close().Line();
    }
}
