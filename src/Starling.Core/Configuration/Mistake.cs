namespace Starling.Core.Configuration;

/// <summary>One thing that is wrong with a configuration.</summary>
/// <param name="Position">Where.</param>
/// <param name="Path">The setting, such as <c>training.minPeers</c>; empty for the file as a whole.</param>
/// <param name="Message">What is wrong with it and what would be right, as the rest of a sentence that begins with the path.</param>
/// <param name="Nearest">The valid name that was probably meant, or null.</param>
public sealed record Mistake(SourcePosition Position, string Path, string Message, string? Nearest = null)
{
    private const int LongestQuote = 60;

    /// <summary>The file, or the command-line option.</summary>
    public string File => Position.File;

    /// <summary>The line, from 1; 0 where there are no lines.</summary>
    public int Line => Position.Line;

    /// <summary>A text cut to a length that fits into a message, as one line and without control characters.</summary>
    public static string Shorten(string text) =>
        ShownText.Line(text.Length <= LongestQuote ? text : $"{text.AsSpan(0, LongestQuote)}...");

    /// <summary>The whole sentence: <c>file:line: path message; did you mean 'nearest'?</c></summary>
    public override string ToString() =>
        $"{File}{(Line > 0 ? $":{Line}" : "")}: {(Path.Length == 0 ? "" : $"{Shorten(Path)} ")}{Message}{(Nearest is null ? "." : $"; did you mean '{Nearest}'?")}";
}
