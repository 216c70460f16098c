using System.Collections.Immutable;
using System.Globalization;
using Starling.Cli.Terminal;
using Starling.Learning.Data;
using Starling.Learning.Data.Profiles;
using Starling.Learning.Experiments;

namespace Starling.Cli.Checking;

/// <summary>A file that was looked at, and how it is told.</summary>
/// <param name="Profile">What is in it.</param>
/// <param name="Advice">What is worth a look.</param>
/// <param name="IsGuess">Whether nobody named the label's column.</param>
internal sealed record DataCheck(DataProfile Profile, ImmutableArray<string> Advice, bool IsGuess)
{
    private const int MostColumns = 40, MostClasses = 40, MostFaults = 40, MostJson = 1000, BarCells = 40, NameCells = 32;

    /// <summary>Looks at a file or a folder.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="label">The label's column; null to take the last one.</param>
    /// <param name="nodes">How many nodes are to share the rows.</param>
    /// <param name="error">Hears of progress if it takes long.</param>
    /// <exception cref="DataException">It cannot be read, or its first line not be understood.</exception>
    public static DataCheck Of(string path, string? label, int nodes, TextWriter error)
    {
        var progress = new CheckProgress(path, error);
        var profile = IdxProfiler.Knows(path)
            ? IdxProfiler.Read(path, progress.Tell)
            : CsvProfiler.Read(path, label is null ? new CsvFormat() : new CsvFormat(label), progress.Tell);
        return new DataCheck(profile, DataAdvice.Of(profile, nodes, label is null), label is null && profile.Label is not null);
    }

    /// <summary>Writes it for people.</summary>
    public void Write(TextWriter output)
    {
        WriteHead(output);
        WriteColumns(output);
        WriteClasses(output);
        if (!Profile.Faults.IsEmpty)
            WriteList(output, "It cannot be trained on as it is:", [.. Profile.Faults.Select(fault => fault.ToString())]);
        if (!Advice.IsEmpty)
            WriteList(output, "Worth a look:", [.. Advice]);
        if (Profile.Columns.IsEmpty)
            return;
        output.WriteLine();
        output.WriteLine(Profile.Faults.IsEmpty ? "An experiment reads it by:" : "Once that is mended, an experiment reads it by:");
        output.WriteLine();
        output.Write(DataSection.Of(Profile));
    }

    /// <summary>The same for scripts.</summary>
    public CheckReport Report() => new(
        Path.GetFullPath(Profile.Path), Word(Profile.Source), Profile.Faults.IsEmpty, Profile.HasHeader, Profile.Rows,
        Profile.Features.Count(),
        Profile.Label is { } label ? new CheckedLabel(label, Profile.Columns[label].Name, IsGuess) : null,
        [.. Profile.Columns.Take(MostJson).Select(c => new CheckedColumn(
            c.Index, c.Name, Word(c.Kind), c.Missing, c.Distinct, c.IsCapped, c.Least, c.Greatest, c.Mean, c.Deviation,
            c.Values.IsEmpty ? null : [.. c.Values.Select(v => new CheckedClass(v.Value, v.Rows))]))],
        [.. Profile.Classes.Select(c => new CheckedClass(c.Value, c.Rows))], Profile.Repeated, Profile.Contradicting,
        [.. Profile.Faults.Take(MostJson).Select(f => new CheckedFault(f.Column, [.. f.Lines], f.Count, f.What, f.Remedy))], [.. Advice],
        Profile.Columns.IsEmpty ? "" : DataSection.Of(Profile));

    private static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    private void WriteHead(TextWriter output)
    {
        var form = Profile.Source == DataSource.Idx
            ? "IDX"
            : Profile.HasHeader ? "comma-separated, with a header" : "comma-separated, without a header";
        output.WriteLine($"{Profile.Path}: {form}; {Profile.Rows:N0} rows of {Profile.Features.Count():N0} features and a label");
        if (Profile.Label is { } label)
            output.WriteLine($"The label is '{Shown(Profile.Columns[label].Name)}', column {label + 1}{(IsGuess ? ": the last one, as none is named by --label" : "")}.");
    }

    private void WriteColumns(TextWriter output)
    {
        if (Profile.Source == DataSource.Idx || Profile.Columns.IsEmpty)
            return;
        output.WriteLine();
        var table = new TextTable(">", "column", "type", ">missing", ">least", ">greatest", ">mean", ">deviation", ">distinct", "values");
        foreach (var c in Profile.Features.Take(MostColumns))
            table.Add(
                (c.Index + 1).ToString(CultureInfo.InvariantCulture), Cell(c.Name), Word(c.Kind),
                c.Missing == 0 ? "" : Quantity.Count(c.Missing), Number(c.Least), Number(c.Greatest),
                Number(c.Mean), Number(c.Deviation), $"{(c.IsCapped ? ">" : "")}{Quantity.Count(c.Distinct)}",
                Cell(string.Join(", ", c.Values.Take(5).Select(v => v.Value)) + (c.Values.Length > 5 ? ", ..." : "")));
        table.Write(output);
        if (Profile.Features.Skip(MostColumns).ToList() is { Count: > 0 } rest)
            output.WriteLine($"and {rest.Count:N0} more: {string.Join(", ", rest.GroupBy(c => c.Kind).OrderByDescending(g => g.Count()).Select(g => $"{g.Count():N0} {Word(g.Key)}"))}");
    }

    private void WriteClasses(TextWriter output)
    {
        if (Profile.Classes.IsEmpty)
            return;
        output.WriteLine();
        var (most, all) = (Profile.Classes.Max(c => c.Rows), Math.Max(1, Profile.Classes.Sum(c => c.Rows)));
        var table = new TextTable("class", ">rows", ">share", "");
        foreach (var c in Profile.Classes.Take(MostClasses))
            table.Add(Cell(c.Value), Quantity.Count(c.Rows), Quantity.Percent((double)c.Rows / all),
                new string('#', c.Rows == 0 ? 0 : Math.Max(1, (int)Math.Round((double)c.Rows * BarCells / most))));
        table.Write(output);
        if (Profile.Classes.Length > MostClasses)
            output.WriteLine($"and {Profile.Classes.Length - MostClasses:N0} more");
    }

    private static void WriteList(TextWriter output, string heading, string[] sentences)
    {
        output.WriteLine();
        output.WriteLine(heading);
        foreach (var sentence in sentences.Take(MostFaults))
            output.WriteLine($"  - {sentence}");
        if (sentences.Length > MostFaults)
            output.WriteLine($"  - and {sentences.Length - MostFaults:N0} more, which --json lists");
    }

    private static string Number(double? number) => number is null ? "" : Quantity.Number(number);

    private static string Cell(string text) =>
        Shown(text) is var shown && shown.Length > NameCells ? $"{shown.AsSpan(0, NameCells - 3)}..." : shown;

    private static string Shown(string text) => Core.Configuration.Mistake.Shorten(text);
}
