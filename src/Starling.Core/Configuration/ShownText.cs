using System.Globalization;
using System.Text;

namespace Starling.Core.Configuration;

/// <summary>Text that others wrote, made fit to be shown: a terminal would obey its control characters.</summary>
public static class ShownText
{
    /// <summary>
    /// The text with U+FFFD for each control character but line feed and tab, and for each that is not seen itself and makes text look like
    /// another: Unicode's formats, among them those that turn the direction of writing, and its separators of lines and paragraphs.
    /// </summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        Span<char> units = stackalloc char[2];
        foreach (var rune in text.EnumerateRunes())
            clean.Append(units[..(IsShown(rune) ? rune : Rune.ReplacementChar).EncodeToUtf16(units)]);
        return clean.ToString();
    }

    /// <summary>The same as one line: a blank for each end of a line and each tab.</summary>
    public static string Line(string text) => Clean(text.ReplaceLineEndings(" ").Replace('\t', ' '));

    /// <summary>Whether a character is shown as it is.</summary>
    public static bool IsShown(Rune rune) => rune.Value is '\n' or '\t'
        || Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
