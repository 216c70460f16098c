namespace Starling.Learning.Data;

/// <summary>Cuts a line of comma-separated values into its fields (RFC 4180 without line breaks inside fields).</summary>
internal static class CsvFields
{
    /// <summary>Why a line cannot be cut, and what to do.</summary>
    /// <param name="Field">The field, from 1.</param>
    /// <param name="What">What is wrong with it.</param>
    /// <param name="Remedy">What would be right.</param>
    internal sealed record Fault(int Field, string What, string Remedy);

    /// <summary>Cuts it.</summary>
    /// <param name="line">The line, without its end.</param>
    /// <param name="fields">Gets the fields in the place of what it holds.</param>
    /// <returns>What is wrong; null if nothing is.</returns>
    public static Fault? Split(string line, List<string> fields)
    {
        fields.Clear();
        var at = 0;
        while (at <= line.Length)
        {
            if (at < line.Length && line[at] == '"')
            {
                if (Quoted(line, fields, ref at) is { } fault)
                    return fault;
                continue;
            }

            var stop = line.IndexOf(',', at);
            stop = stop < 0 ? line.Length : stop;
            fields.Add(line[at..stop].Trim());
            at = stop + 1;
        }

        return null;
    }

    private static Fault? Quoted(string line, List<string> fields, ref int at)
    {
        var start = ++at;
        while (true)
        {
            at = line.IndexOf('"', at);
            if (at < 0)
                return new Fault(fields.Count + 1, "has an opening quote and no closing one", "close it; a field cannot span lines");
            if (at + 1 < line.Length && line[at + 1] == '"')
            {
                at += 2;
                continue;
            }

            if (at + 1 < line.Length && line[at + 1] != ',')
                return new Fault(fields.Count + 1, "goes on behind its closing quote", "double the quotes inside a quoted field");
            fields.Add(line[start..at].Replace("\"\"", "\"", StringComparison.Ordinal));
            at += 2;
            return null;
        }
    }
}
