namespace Starling.Cli.Reports.Drawing;

/// <summary>Says what the colours and marks of a chart mean, where labels do not fit into it.</summary>
internal static class ColourKey
{
    /// <summary>Writes a line of swatches.</summary>
    /// <param name="page">Where to.</param>
    /// <param name="parts">Each a class in the style sheet, and its name.</param>
    public static void Write(Markup page, IEnumerable<(string Style, string Name)> parts)
    {
        page.Open("p", ("class", "key"));
        foreach (var (style, name) in parts)
        {
            page.Open("span").Open("svg", ("viewBox", "0 0 16 16"), ("aria-hidden", "true"));
            _ = style switch
            {
                "replaced" => page.Mark("path", ("class", style), ("d", "M3 3l10 10m0 -10l-10 10")),
                "restart" => page.Mark("path", ("class", style), ("d", "M3 13l5 -9l5 9z")),
                "named" => page.Mark("path", ("class", style), ("d", "M8 1l7 7l-7 7l-7 -7z")),
                "ready" => page.Mark("path", ("class", style), ("d", "M8 2v12")),
                "reopened" => page.Mark("path", ("class", style), ("d", "M6 2v12M10 2v12")),
                _ => page.Mark("rect", ("class", style), ("x", "1"), ("y", "2"), ("width", "14"), ("height", "12"), ("rx", "2")),
            };
            page.Close().Text(name).Close();
        }

        page.Close();
    }
}
