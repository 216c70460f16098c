using Starling.Cli.Reports.Drawing;

namespace Starling.Cli.Reports.Sections;

/// <summary>What the report rests on: ids, versions, the ledger, and the commands that check it.</summary>
internal static class ProofSection
{
    /// <summary>Writes it.</summary>
    /// <param name="page">Where to.</param>
    /// <param name="facts">Names and values.</param>
    /// <param name="commands">What each does, and the command.</param>
    public static void Write(Markup page, IReadOnlyList<(string Name, string Value)> facts,
        IReadOnlyList<(string What, string Command)> commands)
    {
        page.Open("section", ("id", "proof")).Leaf("h2", "Versions, ids and how to check");
        var table = new DataTable("what", "value");
        foreach (var (name, value) in facts)
            table.AddStyled("id", name, value);
        table.Write(page, "Versions and ids");
        page.Leaf("h3", "Commands").Open("dl", ("class", "commands"));
        foreach (var (what, command) in commands)
            page.Leaf("dt", what).Open("dd").Leaf("code", command).Close();
        page.Close().Close().Line();
    }
}
