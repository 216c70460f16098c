using System.Globalization;
using System.Text.Json;
using Starling.Learning.Data;
using Starling.Programs;

/// <summary>The rows that columns.json describes, as the model gets them.</summary>
internal sealed class Rows
{
    private readonly float[] values;
    private readonly int[] labels;

    private Rows(int features, int classes, float[] values, int[] labels) =>
        (Features, Classes, this.values, this.labels) = (features, classes, values, labels);

    /// <summary>Numbers that the model gets of a row.</summary>
    public int Features { get; }

    public int Classes { get; }

    public ReadOnlySpan<int> Labels => labels;

    public ReadOnlySpan<float> Row(int row) => values.AsSpan(row * Features, Features);

    /// <summary>Reads all rows of the file that STARLING_DATA names, or else columns.json.</summary>
    public static Rows Read()
    {
        // It lies beside the sources, and beside the program that was built of them.
        var folder = AppContext.BaseDirectory;
        var form =
            JsonSerializer.Deserialize<ColumnsForm>(File.ReadAllText(Path.Combine(folder, "columns.json")), JsonSerializerOptions.Web)!;
        var path = Environment.GetEnvironmentVariable("STARLING_DATA") is { Length: > 0 } given ? given : Path.Combine(folder, form.File);
        var (values, labels, features) = (new List<float>(), new List<int>(), 0);
        foreach (var line in CsvRows.Read(path).Skip(form.Header ? 1 : 0))
        {
            foreach (var column in form.Features)
                values.AddRange(Numbers(line[column.Column].Trim(), column));
            var label = Array.IndexOf(form.Classes, line[form.Label].Trim());
            labels.Add(label >= 0
                ? label
                : throw new DataException($"{path}: has the label '{line[form.Label]}', which columns.json does not name."));
            features = values.Count / labels.Count;
        }

        return new Rows(features, form.Classes.Length, [.. values], [.. labels]);
    }

    /// <summary>The rows that a member trains with, and those that all test with.</summary>
    public (int[] Mine, int[] Test) Divide(SwarmMember member)
    {
        var order = Enumerable.Range(0, labels.Length).ToArray();
        new Random(1).Shuffle(order);
        var kept = Math.Max(1, order.Length / 5);
        return ([.. order[kept..].Where((_, i) => i % member.Members == member.Number)], order[..kept]);
    }

    // Numbers on one scale; for a text 1 in its place and 0 in all others.
    private static IEnumerable<float> Numbers(string text, Feature column)
    {
        if (column.Values is { } texts)
            return texts.Select(value => value == text ? 1f : 0f);
        var value = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? (number - column.Mean) / column.Deviation : 0;
        return [double.IsFinite(value) ? (float)value : 0]; // Where there is none, the mean.
    }

    private sealed record ColumnsForm(string File, bool Header, int Label, string[] Classes, Feature[] Features);

    private sealed record Feature(int Column, string Name, double Mean, double Deviation, string[]? Values);
}
