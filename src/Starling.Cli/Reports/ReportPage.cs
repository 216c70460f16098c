namespace Starling.Cli.Reports;

/// <summary>A page that needs nothing but itself: no script, no font, no picture from elsewhere.</summary>
internal static class ReportPage
{
    private const string StyleSheet = "report.css";

    /// <summary>A page around its sections, as text.</summary>
    /// <param name="title">What a browser calls it.</param>
    /// <param name="foot">Its last line.</param>
    /// <param name="sections">Each writes its own part.</param>
    public static string Compose(string title, string foot, params ReadOnlySpan<Action<Markup>> sections)
    {
        var page = new Markup();
        page.Open("html", ("lang", "en")).Open("head");
        page.Mark("meta", ("charset", "utf-8")).Mark("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"));
        page.Mark("meta", ("name", "color-scheme"), ("content", "light dark"));
        page.Leaf("title", title).Style(ReadStyle()).Close().Line().Open("body").Open("main").Line();
        foreach (var section in sections)
            section(page);
        page.Open("footer").Leaf("p", foot).Close().Close().Close().Close().Line();
        return $"<!DOCTYPE html>\n{page}";
    }

    private static string ReadStyle()
    {
        using var stream = typeof(ReportPage).Assembly.GetManifestResourceStream(StyleSheet)
            ?? throw new InvalidOperationException($"{StyleSheet} is not in this program.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
