using Starling.Core.Configuration;

namespace Starling.Cli.Terminal;

/// <summary>Columns of text with blanks between them: readable on a terminal, and by other programs.</summary>
/// <param name="headings">A heading for each column; one that begins with <c>&gt;</c> sets its column to the right.</param>
internal sealed class TextTable(params ReadOnlySpan<string> headings)
{
    private readonly string[] headings = headings.ToArray();
    private readonly List<string[]> rows = [];

    /// <summary>Adds a row with a cell for each column. What others wrote need not be clean.</summary>
    public void Add(params ReadOnlySpan<string> cells)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(cells.Length, headings.Length);
        rows.Add(Array.ConvertAll(cells.ToArray(), ShownText.Line));
    }

    /// <summary>Writes the headings and the rows.</summary>
    public void Write(TextWriter output)
    {
        var names = Array.ConvertAll(headings, heading => heading.TrimStart('>'));
        var widths = names.Select((name, column) => rows.Select(row => row[column].Length).Append(name.Length).Max()).ToArray();
        foreach (var row in rows.Prepend(names))
            output.WriteLine(string.Join("  ", row.Select((cell, column) => headings[column].StartsWith('>')
                ? cell.PadLeft(widths[column])
                : cell.PadRight(widths[column]))).TrimEnd());
    }
}
