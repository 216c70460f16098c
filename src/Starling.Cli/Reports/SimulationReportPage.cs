using System.Globalization;
using Starling.Cli.Reports.Drawing;
using Starling.Cli.Reports.History;
using Starling.Cli.Reports.Sections;
using Starling.Cli.Runs;
using Starling.Cli.Terminal;
using Starling.Learning.Experiments;
using Starling.Simulation;

namespace Starling.Cli.Reports;

/// <summary>The report of one seed of the simulator.</summary>
/// <param name="experiment">What was simulated.</param>
/// <param name="result">What came of it.</param>
/// <param name="record">What happened.</param>
internal sealed class SimulationReportPage(Experiment experiment, SimulationResult result, SimulationRecord record)
{
    /// <summary>Writes the report, whole or not at all.</summary>
    /// <param name="file">Where to.</param>
    /// <param name="replay">The command that runs the seed again.</param>
    public void Write(string file, string replay)
    {
        var history = record.History(experiment.Training.Rounds);
        List<(string, string)> facts = [("trace hash", result.TraceHash.ToString()), ("seed", Text(result.Seed)), ("faults", Level())];
        var page = ReportPage.Compose(
            $"{experiment.Name}, seed {Text(result.Seed)}: Starling simulation",
            "Made by starling sim. Times are virtual, from the start of the world.",
            WriteHead,
            page => RoundsSection.Write(page, history, record.Nodes),
            page => WriteFaults(page, history),
            page => SplitSection.Write(page, ExperimentProblem.Load(experiment).Table, record.Nodes),
            page => WriteSettings(page),
            page => ProofSection.Write(page, facts, [("Run this seed again, with all that happens", replay)]));
        RunFolder.WriteText(file, page);
    }

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);

    private string Level() => result.Faults.ToString().ToLowerInvariant();

    private void WriteHead(Markup page)
    {
        List<string> sentences = [.. result.Violations.Select(
            violation => $"The rule “{violation.Rule}” was broken at {Quantity.Time(violation.At)}: {violation.What}")];
        if (sentences.Count == 0)
            sentences.Add($"{Quantity.Count(result.Rounds)} of {Quantity.Count(experiment.Training.Rounds)} rounds were committed, and no rule of the protocol was broken.");
        sentences.Add("The nodes ran the code that they run when they are deployed; network, disks and clocks were simulated, and so was all that went wrong.");
        HeadSection.Write(page, $"{experiment.Name}, seed {Text(result.Seed)}",
            result.Violations.IsEmpty ? "no rule broken" : "rule broken", result.Violations.IsEmpty, sentences,
        [
            ("nodes", Quantity.Count(experiment.Nodes)), ("faults", Level()),
            ("liars", result.Liars.IsEmpty ? "none" : string.Join(", ", result.Liars.Keys)),
            ("virtual time", Quantity.Time(result.VirtualTime)), ("events", Quantity.Count(result.Events)),
            ("last loss", Quantity.Number(result.Loss)), ("last accuracy", Quantity.Percent(result.Accuracy)),
        ]);
    }

    // The settings in force are those of the seed, which has some otherwise than the experiment.
    private void WriteSettings(Markup page)
    {
        var settings = DefaultSettings.Compare(experiment).ToList();
        foreach (var (path, value) in result.Drawn)
        {
            var place = settings.FindIndex(setting => setting.Path == path);
            if (place >= 0)
                settings[place] = settings[place] with
                {
                    Value = $"{value} (drawn; the experiment has {settings[place].Value})",
                    IsGiven = true,
                };
            else
                settings.Insert(1 + settings.FindLastIndex(setting => setting.Path.StartsWith(Section(path), StringComparison.Ordinal)),
                    new ReportedSetting(path, $"{value} (drawn)", IsGiven: true, Default: null));
        }

        SettingsSection.Write(page, settings, result.Drawn.IsEmpty ? ""
            : " A storm, or the experiment's simulation section, leaves some to be drawn: those marked so are what this seed drew.");

        static string Section(string path) => path[..(path.LastIndexOf('.') + 1)];
    }

    private void WriteFaults(Markup page, RunHistory history)
    {
        page.Open("section", ("id", "faults")).Leaf("h2", "What was made to go wrong");
        page.Leaf("p",
            result.FaultKinds.IsEmpty
                ? "This seed drew no faults."
                : $"This seed drew these kinds of faults: {string.Join(", ", result.FaultKinds.Select(kind => Words(kind.ToString())))}.");
        if (!result.Liars.IsEmpty)
        {
            var liars = new DataTable("liar", "lies", ">rounds that named it");
            foreach (var (node, lies) in result.Liars)
                liars.Add(node, string.Join(", ", lies.Select(lie => Words(lie.ToString()))),
                    Quantity.Count(history.Rounds.Count(round => round.Named.Contains(node))));
            liars.Write(page, "Liars");
        }

        var counts = new DataTable("what", ">how often");
        foreach (var (what, count) in result.Counts.All)
            counts.Add(what, Quantity.Count(count));
        counts.WriteFolded(page, "How often what happened");
        var notes = new DataTable("time (virtual)", "where", "what");
        foreach (var (at, who, what) in record.Notes)
            notes.Add(at.ToString(@"hh\:mm\:ss\.f", CultureInfo.InvariantCulture), who, what);
        notes.WriteFolded(page,
            $"What the world did{(record.MoreNotes > 0 ? $", the first {Quantity.Count(record.Notes.Count)} of {Quantity.Count(record.Notes.Count + record.MoreNotes)}" : "")}");
        page.Close().Line();
    }

    // OneWayPartition -> one way partition.
    private static string Words(string name) =>
        string.Concat(name.Select((c, i) => char.IsAsciiLetterUpper(c) ? (i == 0 ? "" : " ") + char.ToLowerInvariant(c) : c.ToString()));
}
