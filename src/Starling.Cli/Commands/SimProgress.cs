using System.Diagnostics;
using System.Globalization;

namespace Starling.Cli.Commands;

/// <summary>
/// What <c>starling sim</c> of many seeds writes while they run. At a terminal one line says how far it is, and is overwritten; elsewhere a
/// line now and then shows that it goes on.
/// </summary>
/// <param name="output">Where what is found goes.</param>
/// <param name="error">Where it is said how far it is.</param>
/// <param name="isTerminal">Whether that is a terminal.</param>
/// <param name="pause">How long it says nothing new.</param>
internal sealed class SimProgress(TextWriter output, TextWriter error, bool isTerminal, TimeSpan pause)
{
    private readonly Stopwatch shown = Stopwatch.StartNew();
    private bool isOpen;

    /// <summary>Hears how far it is.</summary>
    /// <param name="done">Seeds that are done.</param>
    /// <param name="seeds">Seeds in all.</param>
    /// <param name="failed">Seeds with a violation so far.</param>
    public void Show(int done, int seeds, int failed)
    {
        if (done < seeds && shown.Elapsed < pause)
            return;
        shown.Restart();
        var line = string.Create(CultureInfo.InvariantCulture, $"{done} of {seeds} seeds, {failed} with violations");
        if (isTerminal)
            error.Write($"\r{line}");
        else
            error.WriteLine(line);
        isOpen = isTerminal;
    }

    /// <summary>Writes something else, in lines of its own.</summary>
    public void WriteLine(string text)
    {
        if (isOpen)
            error.WriteLine();
        isOpen = false;
        output.WriteLine(text);
    }
}
