namespace Starling.Learning.Data;

/// <summary>
/// Reads comma-separated rows (RFC 4180 without line breaks inside fields), plain or gzip. The first line is a header if the label's
/// column is found by its name, if some field of it besides the label is no number, or if it counts its columns and no row has its label.
/// Labels may be any text: they become classes in numerical order if all are whole numbers, else in ordinal order.
/// </summary>
public static class CsvLoader
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="DataException">It is missing, malformed or beyond a limit.</exception>
    public static DataSet Load(string path, CsvFormat format, DataLimits? limits = null) =>
        DataFile.Read(path, (stream, _) => Load(path, stream, format, limits));

    /// <summary>Reads uncompressed text.</summary>
    /// <param name="name">What messages call the file.</param>
    /// <param name="stream">The text, UTF-8.</param>
    /// <param name="format">How to read it.</param>
    /// <param name="limits">Its bounds.</param>
    /// <exception cref="DataException">It is malformed or beyond a limit.</exception>
    public static DataSet Load(string name, Stream stream, CsvFormat format, DataLimits? limits = null)
    {
        using var lines = new BoundedLineReader(name, stream, (limits ??= DataLimits.Default).LineCharacters);
        return new Parser(name, lines, format, limits).Read();
    }

    private sealed class Parser(string name, BoundedLineReader lines, CsvFormat format, DataLimits limits)
    {
        private readonly List<float> features = [];
        private readonly List<string> labels = [];
        private readonly List<string> fields = [];
        private readonly float scale = (float)format.DivideBy;
        private CsvHead head = new(0, 0, []);

        public DataSet Read()
        {
            ReadFirst(lines.Next() ?? throw Refuse("is empty", "put at least one row into it"));
            while (lines.Next() is { } line)
            {
                if (line.Length == 0)
                    continue;
                Split(line);
                if (fields.Count != head.Width)
                    throw Refuse($"has {fields.Count} fields where the first line has {head.Width}",
                        "give every row the same number of fields");
                AddRow();
            }

            if (labels.Count == 0)
                throw Refuse("has a header and no rows", "add rows");
            return Finish();
        }

        private void ReadFirst(string line)
        {
            Split(line);
            head = CsvHead.Of(fields, format, limits, lines, Refuse);
            if (!head.IsHeader)
                AddRow();
        }

        private void AddRow()
        {
            if (labels.Count == limits.Rows || features.Count + head.Width - 1 > limits.Values)
                throw Refuse($"is beyond the limit of {limits.Rows:N0} rows or {limits.Values:N0} values", "use a part of the data");
            for (var i = 0; i < head.Width; i++)
            {
                if (i == head.Label)
                    continue;
                if (!CsvHead.TryNumber(fields[i], out var value) || !float.IsFinite(value))
                    throw Refuse($"field {i + 1} is '{Shorten(fields[i])}', not a finite number", "correct it or take the column out");
                features.Add(value / scale);
            }

            if (fields[head.Label].Length == 0)
                throw Refuse($"field {head.Label + 1}, the label, is empty", "give every row a label");
            labels.Add(fields[head.Label]);
        }

        private DataSet Finish()
        {
            var classes = ClassOrder.Of(labels);
            if (classes.Length > limits.Classes)
                throw new DataException($"{name}: column {head.Label + 1} has {classes.Length:N0} different labels, more than {limits.Classes:N0}; name the label's column.");
            var index = classes.Select((c, i) => (c, i)).ToDictionary(p => p.c, p => p.i, StringComparer.Ordinal);
            return new DataSet(Path.GetFileName(name), head.Width - 1, [.. features], [.. labels.Select(label => index[label])],
                [.. classes])
            {
                ColumnNames = head.IsHeader ? head.Names.RemoveAt(head.Label) : [],
            };
        }

        private void Split(string line)
        {
            if (CsvFields.Split(line, fields) is { } fault)
                throw Refuse($"field {fault.Field} {fault.What}", fault.Remedy);
        }

        private static string Shorten(string field) => field.Length <= 24 ? field : $"{field.AsSpan(0, 24)}...";

        private DataException Refuse(string what, string remedy) => new($"{name}, line {Math.Max(1, lines.Line)}: {what}; {remedy}.");
    }
}
