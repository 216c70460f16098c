using System.Security.Cryptography;
using Starling.Learning.Data;

namespace Starling.Learning.Experiments;

/// <summary>
/// What a file of rows was when somebody looked. Which rows are held back, and which node has which, comes of all rows together: with
/// one more, all of them fall otherwise.
/// </summary>
/// <param name="File">The file, as a full path.</param>
/// <param name="Sha256">The SHA-256 of what is in it, unpacked, in hexadecimal.</param>
/// <param name="Rows">How many rows were read of it; null of images, whose bytes say so, and in what earlier versions noted.</param>
/// <param name="Classes">How many different labels they had; null as <paramref name="Rows"/>.</param>
public sealed record DataTrace(string File, string Sha256, int? Rows = null, int? Classes = null)
{
    private const string Earlier = "use the version of Starling that did it";

    /// <summary>The files that an experiment's rows are read from; none where they are in none, or only a program knows them.</summary>
    /// <exception cref="DataException">One cannot be read.</exception>
    public static IReadOnlyList<DataTrace> Of(Experiment experiment) =>
        [.. from file in Files(experiment)
            let rows = Read(file, experiment.Data)
            select new DataTrace(file, Hash(file), rows?.Rows, rows?.Classes)];

    /// <summary>
    /// The first file that is another by now, or that this version reads otherwise than the one that noted it: how, as what stands in a
    /// sentence between its name and what was when, and what undoes it. Null if all are the same.
    /// </summary>
    /// <param name="noted">What was noted; null if the version of then noted nothing.</param>
    /// <param name="experiment">The experiment.</param>
    /// <exception cref="DataException">One cannot be read.</exception>
    public static (string File, string How, string Remedy)? Change(IReadOnlyList<DataTrace>? noted, Experiment experiment)
    {
        foreach (var (place, file) in Files(experiment).Index())
        {
            var before = noted?.ElementAtOrDefault(place);
            if (before is not null && before.Sha256 != Hash(file))
                return (file, "has changed since", "put the file back as it was");
            if (Read(file, experiment.Data) is not { } rows)
                continue;
            if (before is null && HasHeadOfNumbers(rows))
                return (file, "has a first line that is a header now, and was a row when", Earlier);
            if (before is { Rows: { } count, Classes: { } classes } && (count, classes) != (rows.Rows, rows.Classes))
                return (file,
                    $"is read as {rows.Rows} rows with {rows.Classes} labels now, and as {count} with {classes} when", Earlier);
        }

        return null;
    }

    private static IEnumerable<string> Files(Experiment experiment) =>
        experiment.Program.Command is not null ? [] : DataSources.Files(experiment.Data);

    private static string Hash(string file) => DataFile.Read(file, (stream, _) => Convert.ToHexStringLower(SHA256.HashData(stream)));

    private static DataSet? Read(string file, DataSettings settings) =>
        settings.Set == DataSource.Csv ? CsvLoader.Load(file, settings.Format) : null;

    // Versions that noted nothing took a first line without a word in it, but for the label's name, for a row.
    private static bool HasHeadOfNumbers(DataSet rows) =>
        !rows.ColumnNames.IsEmpty && rows.ColumnNames.All(name => CsvHead.TryNumber(name, out _));
}
