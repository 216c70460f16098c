using Starling.Cli.Reports.Drawing;

namespace Starling.Cli.Reports.Sections;

/// <summary>Every setting in force.</summary>
internal static class SettingsSection
{
    /// <summary>Writes it, those that differ from the default marked.</summary>
    /// <param name="page">Where to.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="more">Sentences that go behind those that say what is in the table.</param>
    public static void Write(Markup page, IReadOnlyList<ReportedSetting> settings, string more = "")
    {
        page.Open("section", ("id", "settings")).Leaf("h2", "Settings");
        page.Leaf("p",
            "Every setting in force. Those with a dot differ from their default; where there is none, the experiment cannot do without the setting." + more, ("class", "note"));
        var table = new DataTable("setting", "value", "default");
        foreach (var setting in settings)
            table.AddStyled(setting.Differs ? "changed" : null, setting.Path, setting.Value, setting.Default ?? "none");
        table.Write(page, "Settings");
        page.Close().Line();
    }
}
