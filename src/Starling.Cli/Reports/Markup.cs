using System.Globalization;
using System.Text;
using Starling.Core.Configuration;

namespace Starling.Cli.Reports;

/// <summary>
/// Writes markup that is well-formed as XML and reads the same as HTML. All that a report shows goes through it, and comes out escaped:
/// names and reasons are written by peers.
/// </summary>
internal sealed class Markup
{
    /// <summary>The longest text or attribute that is shown whole, in characters.</summary>
    public const int LongestText = 400;

    private readonly StringBuilder written = new();
    private readonly Stack<string> open = [];

    /// <summary>Begins an element. An attribute without a value is left out.</summary>
    public Markup Open(string element, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Begin(element, attributes);
        written.Append('>');
        open.Push(element);
        return this;
    }

    /// <summary>Ends the innermost element.</summary>
    public Markup Close()
    {
        written.Append("</").Append(open.Pop()).Append('>');
        return this;
    }

    /// <summary>Shows a text.</summary>
    public Markup Text(string text)
    {
        Escape(text);
        return this;
    }

    /// <summary>An element with nothing but a text in it.</summary>
    public Markup Leaf(string element, string text, params ReadOnlySpan<(string Name, string? Value)> attributes) =>
        Open(element, attributes).Text(text).Close();

    /// <summary>An element with nothing in it. In HTML only drawings and void elements may be written so.</summary>
    public Markup Mark(string element, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Begin(element, attributes);
        written.Append("/>");
        return this;
    }

    /// <summary>Takes over a style sheet, which is a file of this program's own.</summary>
    public Markup Style(string sheet)
    {
        if (sheet.AsSpan().ContainsAny('<', '&'))
            throw new ArgumentException("A style sheet inside a page has no '<' and no '&'.", nameof(sheet));
        written.Append("<style>\n").Append(sheet).Append("</style>");
        return this;
    }

    /// <summary>Begins a new line, so that the page can be read as text.</summary>
    public Markup Line()
    {
        written.Append('\n');
        return this;
    }

    /// <summary>What was written.</summary>
    public override string ToString() =>
        open.Count == 0 ? written.ToString() : throw new InvalidOperationException($"<{open.Peek()}> is not ended.");

    /// <summary>A coordinate, to a tenth of a pixel.</summary>
    public static string Number(double value) => Math.Round(value, 1).ToString("0.#", CultureInfo.InvariantCulture);

    private void Begin(string element, ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        written.Append('<').Append(element);
        foreach (var (name, value) in attributes)
        {
            if (value is null)
                continue;
            written.Append(' ').Append(name).Append("=\"");
            // Coordinates are long and this program's own.
            Escape(value, name is "d" or "points" ? int.MaxValue : LongestText);
            written.Append('"');
        }
    }

    private void Escape(string text, int longest = LongestText)
    {
        var shown = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (++shown > longest)
            {
                written.Append('…');
                return;
            }

            written.Append(rune.Value switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' => "&quot;",
                '\'' => "&#39;",
                _ => IsShown(rune) ? rune.ToString() : "\uFFFD",
            });
        }
    }

    // Besides what no terminal may be shown: what is not assigned may be no XML, and what is private looks different everywhere.
    private static bool IsShown(Rune rune) => ShownText.IsShown(rune)
        && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse);
}
