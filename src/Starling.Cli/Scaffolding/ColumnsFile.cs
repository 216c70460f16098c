using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Starling.Cli.Commands;
using Starling.Learning.Data.Profiles;

namespace Starling.Cli.Scaffolding;

/// <summary>
/// What a project's program reads of its rows: <c>columns.json</c>. All members of a swarm must have the same, or their
/// models mean different things.
/// </summary>
/// <param name="File">The file, as a full path, or beside this one.</param>
/// <param name="Header">Whether its first line names the columns.</param>
/// <param name="Label">The label's column, from 0.</param>
/// <param name="Classes">The labels, in the order in which the model gives them.</param>
/// <param name="Features">The columns that the model gets.</param>
internal sealed record ColumnsFile(string File, bool Header, int Label, string[] Classes, ColumnsFile.Feature[] Features)
{
    private static readonly CliJson Form = new(
        new JsonSerializerOptions(CliJson.Default.Options) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>A column that the model gets: of numbers, with what brings them to one scale, or of texts.</summary>
    /// <param name="Column">From 0.</param>
    /// <param name="Name">What it is called.</param>
    /// <param name="Mean">What is taken from each number, and stands where there is none.</param>
    /// <param name="Deviation">What the rest is divided by; above 0.</param>
    /// <param name="Values">The texts, each of which becomes a number of its own, 0 or 1.</param>
    internal sealed record Feature(int Column, string Name, double? Mean, double? Deviation, string[]? Values);

    /// <summary>Chooses what to read.</summary>
    /// <param name="file">The file, as it is to be named.</param>
    /// <param name="profile">What is in it.</param>
    public static ColumnsFile Of(string file, DataProfile profile) => new(
        file, profile.HasHeader, profile.Label ?? 0, Trimmed(profile.Classes),
        [.. profile.Features.Where(IsUsed).Select(c => c.Kind == ColumnKind.Category
            ? new Feature(c.Index, c.Name, null, null, Trimmed(c.Values))
            : new Feature(c.Index, c.Name, Brief(c.Mean!.Value), Brief(c.Deviation!.Value), null))]);

    /// <summary>Whether a model can be given a column as it is.</summary>
    public static bool IsUsed(ColumnProfile column) =>
        column.Kind == ColumnKind.Category || (column.Kind is ColumnKind.Integer or ColumnKind.Number && column.Deviation > 0);

    /// <summary>The file's text.</summary>
    public string Text() => JsonSerializer.Serialize(this, typeof(ColumnsFile), Form) + "\n";

    // People read it, and six digits bring numbers to one scale as well as sixteen.
    private static double Brief(double value) =>
        double.Parse(value.ToString("G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static string[] Trimmed(IEnumerable<ValueCount> values) =>
        [.. values.Select(value => value.Value.Trim()).Distinct(StringComparer.Ordinal)];
}
