using System.Collections.Immutable;
using System.Globalization;

namespace Starling.Learning.Data;

/// <summary>What the first line of comma-separated values says of all of them.</summary>
/// <param name="Width">Fields a line.</param>
/// <param name="Label">The label's field, from 0.</param>
/// <param name="Names">What the columns are called; empty if the line is a row like all others.</param>
internal sealed record CsvHead(int Width, int Label, ImmutableArray<string> Names)
{
    // Enough for a label to come again that more than a few rows have.
    private const int RowsAhead = 100;

    /// <summary>Whether the line is a header.</summary>
    public bool IsHeader => !Names.IsEmpty;

    /// <summary>Understands it.</summary>
    /// <param name="fields">The line's fields.</param>
    /// <param name="format">How the rows are to be read.</param>
    /// <param name="limits">Their bounds.</param>
    /// <param name="lines">Those behind it, which stay to be read.</param>
    /// <param name="refuse">Makes an exception of what is wrong and what to do.</param>
    public static CsvHead Of(List<string> fields, CsvFormat format, DataLimits limits, BoundedLineReader lines,
        Func<string, string, DataException> refuse)
    {
        var width = fields.Count;
        if (width < 2
            && ";\t|".FirstOrDefault(separator => fields[0].Contains(separator, StringComparison.Ordinal)) is var found and not '\0')
            throw refuse($"has a single field, as between commas; others seem to be cut by {(found == '\t' ? "tabs" : $"'{found}'")}",
                "save it with commas");
        if (width < 2)
            throw refuse("has a single field", "separate fields with commas; a row needs at least one feature and the label");
        if (width - 1 > limits.Columns)
            throw refuse($"has {width} fields, more than {limits.Columns:N0}", "use fewer columns");
        var (label, isNamed) = Find(fields, format.Label) ?? throw refuse(
            $"has no column '{format.Label}' for the label", $"name a column of the header, an index from 0 to {width - 1}, or 'last'");
        var isHeader = isNamed || fields.Where((_, i) => i != label).Any(field => !TryNumber(field, out _))
            || (IsCounting(fields, label) && IsNoLabel(fields[label], label, lines));
        return new CsvHead(width, label, isHeader ? [.. fields] : []);
    }

    /// <summary>Reads a number as the loader does.</summary>
    public static bool TryNumber(string field, out float value) =>
        float.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    private static (int Label, bool IsNamed)? Find(List<string> fields, string label)
    {
        var named = fields.IndexOf(label);
        var isIndex = int.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out var index);
        // What is called 'last' may be a label of that name as well.
        if (named >= 0 && !isIndex)
            return (named, label != "last");
        if (label == "last")
            return (fields.Count - 1, false);
        return isIndex && index < fields.Count ? (index, false) : null;
    }

    // What names columns that have no names counts them, from 0 or from 1, and the label's among them or not. A single one counts nothing.
    private static bool IsCounting(List<string> fields, int label) => fields.Count > 2 && ((int[])[0, 1]).Any(first =>
        ((int[])[0, 1]).Any(skipped => fields.Select((field, i) =>
            i == label || field == (first + i - (i > label ? skipped : 0)).ToString(CultureInfo.InvariantCulture)).All(isNext => isNext)));

    // A line of counting numbers may still be a row: then its label comes again, where labels do come again.
    private static bool IsNoLabel(string name, int label, BoundedLineReader lines)
    {
        var (labels, fields) = (new List<string>(), new List<string>());
        foreach (var line in lines.Ahead(RowsAhead))
            if (line.Length > 0 && CsvFields.Split(line, fields) is null && label < fields.Count)
                labels.Add(fields[label]);
        var kinds = labels.ToHashSet(StringComparer.Ordinal);
        return labels.Count > 0 && !kinds.Contains(name)
            && (kinds.Count < labels.Count || (!TryNumber(name, out _) && kinds.All(kind => TryNumber(kind, out _))));
    }
}
