namespace Starling.Learning.Data;

/// <summary>
/// Reads comma-separated values line by line, for programs that make of them what they want. Plain or gzip, in the form that
/// <see cref="CsvLoader"/> takes.
/// </summary>
public static class CsvRows
{
    /// <summary>The fields of each line that is not empty, a header's too, each line as wide as the first.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">Its bounds.</param>
    /// <exception cref="DataException">It is missing, malformed or beyond a limit.</exception>
    public static IReadOnlyList<IReadOnlyList<string>> Read(string path, DataLimits? limits = null) =>
        DataFile.Read(path, (stream, _) => Read(path, stream, limits ?? DataLimits.Default));

    private static List<string[]> Read(string name, Stream stream, DataLimits limits)
    {
        using var lines = new BoundedLineReader(name, stream, limits.LineCharacters);
        var (rows, fields) = (new List<string[]>(), new List<string>());
        while (lines.Next() is { } line)
        {
            if (line.Length == 0)
                continue;
            if (CsvFields.Split(line, fields) is { } fault)
                throw new DataException($"{name}, line {lines.Line}: field {fault.Field} {fault.What}; {fault.Remedy}.");
            if (rows.Count > 0 && fields.Count != rows[0].Length)
                throw new DataException($"{name}, line {lines.Line}: has {fields.Count} fields where the first line has {rows[0].Length}; give every row the same number of fields.");
            if (rows.Count > limits.Rows || (rows.Count + 1L) * fields.Count > limits.Values)
                throw new DataException($"{name}, line {lines.Line}: is beyond the limit of {limits.Rows:N0} rows or {limits.Values:N0} values; use a part of the data.");
            rows.Add([.. fields]);
        }

        return rows;
    }
}
