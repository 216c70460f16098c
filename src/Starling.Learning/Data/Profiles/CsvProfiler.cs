using System.Collections.Immutable;
using System.Globalization;

namespace Starling.Learning.Data.Profiles;

/// <summary>
/// Looks at comma-separated values without keeping them: what <see cref="CsvLoader"/> would refuse, all of it, and what else is worth
/// knowing before rows are trained on. Files may be larger than memory.
/// </summary>
public static class CsvProfiler
{
    private const int RowsBetweenReports = 4096, MostKinds = 16;

    /// <summary>Looks at a file, plain or gzip.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">Where its label is.</param>
    /// <param name="progress">Hears now and then how many rows were read; null for nobody.</param>
    /// <param name="limits">Its bounds.</param>
    /// <exception cref="DataException">It cannot be read, or its first line cannot be understood.</exception>
    public static DataProfile Read(string path, CsvFormat format, Action<long>? progress = null, DataLimits? limits = null) =>
        DataFile.Read(path, (stream, _) => Read(path, stream, format, progress, limits));

    /// <summary>Looks at uncompressed text.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="stream">The text, UTF-8.</param>
    /// <param name="format">Where its label is.</param>
    /// <param name="progress">Hears now and then how many rows were read; null for nobody.</param>
    /// <param name="limits">Its bounds.</param>
    /// <exception cref="DataException">Its first line cannot be understood.</exception>
    public static DataProfile Read(string name, Stream stream, CsvFormat format, Action<long>? progress = null, DataLimits? limits = null)
    {
        using var lines = new BoundedLineReader(name, stream, (limits ??= DataLimits.Default).LineCharacters);
        return new Pass(name, lines, format, limits, progress).Read();
    }

    private sealed class Pass(string name, BoundedLineReader lines, CsvFormat format, DataLimits limits, Action<long>? progress)
    {
        private readonly List<string> fields = [];
        private readonly List<DataFault> faults = [];
        private readonly SortedDictionary<(string What, string Remedy), FaultLines> broken = [];
        private readonly RowComparison comparison = new();
        private CsvHead head = new(0, 0, []);
        private ColumnTally[] columns = [];
        private LabelTally label = new(0, "", 0);
        private long rows, whole;

        public DataProfile Read()
        {
            var first = lines.Next() ?? throw Refuse("is empty", "put at least one row into it");
            if (CsvFields.Split(first, fields) is { } fault)
                throw Refuse($"field {fault.Field} {fault.What}", fault.Remedy);
            head = CsvHead.Of(fields, format, limits, lines, Refuse);
            columns = [.. Enumerable.Range(0, head.Width).Select(i => new ColumnTally(i, Name(i), head.Width))];
            label = new LabelTally(head.Label, Name(head.Label), limits.Classes);
            if (!head.IsHeader)
                AddRow(first);
            ReadRows();
            if (rows == 0)
                faults.Add(new DataFault(null, "the file has a header and no rows", "add rows", 1, []));
            if (whole > limits.Rows || whole * (head.Width - 1) > limits.Values)
                faults.Add(new DataFault(null,
                    $"has {whole:N0} rows of {head.Width - 1:N0} features, more than {limits.Rows:N0} rows or {limits.Values:N0} values",
                    "use a part of the data", whole, []));
            return Finish();
        }

        private void ReadRows()
        {
            try
            {
                while (lines.Next() is { } line)
                    if (line.Length > 0)
                        AddRow(line);
            }
            catch (DataException fault)
            {
                // A line that cannot be read at all: what is behind it is not looked at.
                faults.Add(new DataFault(null, $"cannot be read to its end: {fault.Message.TrimEnd('.')}",
                    "correct that, and check it again", 1, [lines.Line + 1]));
            }
        }

        private void AddRow(string line)
        {
            if (++rows % RowsBetweenReports == 0)
                progress?.Invoke(rows);
            if (CsvFields.Split(line, fields) is { } fault)
                Break(string.Create(CultureInfo.InvariantCulture, $"field {fault.Field} {fault.What}"), fault.Remedy);
            else if (fields.Count != head.Width)
                Break(string.Create(CultureInfo.InvariantCulture, $"has {fields.Count} fields where the first line has {head.Width}"),
                    "give every row the same number of fields");
            else
                AddFields();
        }

        private void AddFields()
        {
            whole++;
            var truth = Fingerprint.Of(fields[head.Label]);
            var print = Fingerprint.Empty;
            for (var i = 0; i < head.Width; i++)
                if (i != head.Label)
                {
                    columns[i].Add(fields[i], truth, lines.Line);
                    print = Fingerprint.Of(fields[i], print);
                }

            label.Add(fields[head.Label], lines.Line);
            comparison.Add(print, truth);
        }

        private void Break(string what, string remedy)
        {
            // One kind for each number of fields would be as many as a hostile file has lines.
            var key = broken.Count < MostKinds || broken.ContainsKey((what, remedy))
                ? (what, remedy)
                : ("is broken in yet another way", "correct the lines before it, and check the file again");
            var found = broken.GetValueOrDefault(key);
            found.Add(lines.Line);
            broken[key] = found;
        }

        private DataProfile Finish()
        {
            var classes = label.Classes();
            foreach (var ((what, remedy), found) in broken)
                faults.Add(found.As(null, what, remedy));
            faults.AddRange(label.Faults());
            foreach (var column in columns)
                faults.AddRange(column.Faults());
            return new DataProfile(
                name, Experiments.DataSource.Csv, head.IsHeader, rows, head.Label,
                [.. columns.Select((column, i) => i == head.Label ? label.Finish(classes) : column.Finish(classes.Length))],
                label.IsBeyond ? [] : [.. classes], comparison.Repeated, comparison.Contradicting, comparison.IsPartial, [.. faults]);
        }

        private string Name(int column) =>
            head.IsHeader && head.Names[column].Length > 0
                ? head.Names[column]
                : string.Create(CultureInfo.InvariantCulture, $"column {column + 1}");

        private DataException Refuse(string what, string remedy) => new($"{name}, line {Math.Max(1, lines.Line)}: {what}; {remedy}.");
    }
}
