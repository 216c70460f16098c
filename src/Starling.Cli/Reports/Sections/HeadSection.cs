namespace Starling.Cli.Reports.Sections;

/// <summary>The head of a page: what it is about, and what came of it, in a sentence and a few figures.</summary>
internal static class HeadSection
{
    /// <summary>Writes it.</summary>
    /// <param name="page">Where to.</param>
    /// <param name="title">What it is about.</param>
    /// <param name="state">How it stands, in a word or two: <c>finished</c>.</param>
    /// <param name="isGood">Whether all is well.</param>
    /// <param name="sentences">What came of it; the first is the most important.</param>
    /// <param name="figures">Names and values.</param>
    public static void Write(Markup page, string title, string state, bool isGood, IReadOnlyList<string> sentences,
        IReadOnlyList<(string Name, string Value)> figures)
    {
        page.Open("header").Open("h1").Text(title).Text(" ").Leaf("span", state, ("class", $"state {(isGood ? "good" : "open")}")).Close();
        for (var i = 0; i < sentences.Count; i++)
            page.Leaf("p", sentences[i], ("class", i == 0 ? "result" : "note"));
        page.Open("dl", ("class", "facts"));
        foreach (var (name, value) in figures)
            page.Open("div").Leaf("dt", name).Leaf("dd", value).Close();
        page.Close().Close().Line();
    }
}
