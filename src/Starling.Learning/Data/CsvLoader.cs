using System.Globalization;

namespace Starling.Learning.Data;

/// <summary>
/// Reads comma-separated rows (RFC 4180 without line breaks inside fields), plain or gzip. The first line is a header if some field of it besides the label is no number. Labels may
/// be any text: they become classes in numerical order if all are whole numbers, else in ordinal order.
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
        private int width, labelColumn;

        public DataSet Read()
        {
            ReadFirst(lines.Next() ?? throw Refuse("is empty", "put at least one row into it"));
            while (lines.Next() is { } line)
            {
                if (line.Length == 0)
                    continue;
                Split(line);
                if (fields.Count != width)
                    throw Refuse($"has {fields.Count} fields where the first line has {width}", "give every row the same number of fields");
                AddRow();
            }

            if (labels.Count == 0)
                throw Refuse("has a header and no rows", "add rows");
            return Finish();
        }

        private void ReadFirst(string line)
        {
            Split(line);
            width = fields.Count;
            if (width < 2)
                throw Refuse("has a single field", "separate fields with commas; a row needs at least one feature and the label");
            if (width - 1 > limits.Columns)
                throw Refuse($"has {width} fields, more than {limits.Columns:N0}", "use fewer columns");
            labelColumn = LabelColumn();
            var isHeader = fields.Where((_, i) => i != labelColumn).Any(field => !TryNumber(field, out var _));
            if (!isHeader)
                AddRow();
        }

        private int LabelColumn()
        {
            var named = fields.IndexOf(format.Label);
            if (named >= 0 && !int.TryParse(format.Label, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                return named;
            if (format.Label == "last")
                return width - 1;
            if (int.TryParse(format.Label, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < width)
                return index;
            throw Refuse($"has no column '{format.Label}' for the label", $"name a column of the header, an index from 0 to {width - 1}, or 'last'");
        }

        private void AddRow()
        {
            if (labels.Count == limits.Rows || features.Count + width - 1 > limits.Values)
                throw Refuse($"is beyond the limit of {limits.Rows:N0} rows or {limits.Values:N0} values", "use a part of the data");
            for (var i = 0; i < width; i++)
            {
                if (i == labelColumn)
                    continue;
                if (!TryNumber(fields[i], out var value) || !float.IsFinite(value))
                    throw Refuse($"field {i + 1} is '{Shorten(fields[i])}', not a finite number", "correct it or take the column out");
                features.Add(value / scale);
            }

            if (fields[labelColumn].Length == 0)
                throw Refuse($"field {labelColumn + 1}, the label, is empty", "give every row a label");
            labels.Add(fields[labelColumn]);
        }

        private DataSet Finish()
        {
            var classes = labels.Distinct(StringComparer.Ordinal).ToArray();
            if (classes.Length > limits.Classes)
                throw new DataException($"{name}: column {labelColumn + 1} has {classes.Length:N0} different labels, more than {limits.Classes:N0}; name the label's column.");
            if (classes.All(c => long.TryParse(c, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)))
                Array.Sort(classes, (a, b) => long.Parse(a, CultureInfo.InvariantCulture).CompareTo(long.Parse(b, CultureInfo.InvariantCulture)));
            else
                Array.Sort(classes, StringComparer.Ordinal);
            var index = classes.Select((c, i) => (c, i)).ToDictionary(p => p.c, p => p.i, StringComparer.Ordinal);
            return new DataSet(Path.GetFileName(name), width - 1, [.. features], [.. labels.Select(label => index[label])], [.. classes]);
        }

        private void Split(string line)
        {
            fields.Clear();
            var at = 0;
            while (at <= line.Length)
            {
                if (at < line.Length && line[at] == '"')
                {
                    at = Quoted(line, at + 1);
                    continue;
                }

                var stop = line.IndexOf(',', at);
                stop = stop < 0 ? line.Length : stop;
                fields.Add(line[at..stop].Trim());
                at = stop + 1;
            }
        }

        private int Quoted(string line, int at)
        {
            var start = at;
            while (true)
            {
                at = line.IndexOf('"', at);
                if (at < 0)
                    throw Refuse($"field {fields.Count + 1} has an opening quote and no closing one", "close it; a field cannot span lines");
                if (at + 1 < line.Length && line[at + 1] == '"')
                {
                    at += 2;
                    continue;
                }

                if (at + 1 < line.Length && line[at + 1] != ',')
                    throw Refuse($"field {fields.Count + 1} goes on behind its closing quote", "double the quotes inside a quoted field");
                fields.Add(line[start..at].Replace("\"\"", "\"", StringComparison.Ordinal));
                return at + 2;
            }
        }

        private static bool TryNumber(string field, out float value) =>
            float.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out value);

        private static string Shorten(string field) => field.Length <= 24 ? field : $"{field.AsSpan(0, 24)}...";

        private DataException Refuse(string what, string remedy) => new($"{name}, line {Math.Max(1, lines.Line)}: {what}; {remedy}.");
    }
}
