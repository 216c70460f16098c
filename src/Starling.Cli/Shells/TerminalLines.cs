using System.Text;
using Starling.Cli.Control.Contexts;

namespace Starling.Cli.Shells;

/// <summary>Lines that are written at a terminal, with a prompt and a history that outlives the shell.</summary>
internal sealed class TerminalLines : ILineSource
{
    private const int MostRemembered = 1000;

    private readonly string file = Path.Combine(ContextFile.Folder, "history");
    private readonly List<string> history;

    /// <summary>Reads the history.</summary>
    public TerminalLines() => history = File.Exists(file) ? [.. File.ReadLines(file).TakeLast(MostRemembered)] : [];

    /// <inheritdoc/>
    public string Place => "";

    private static string Prompt
    {
        get
        {
            var active = ContextFile.Read(ContextFile.Folder).Active;
            return active is null ? "starling> " : $"starling {active}> ";
        }
    }

    /// <inheritdoc/>
    public string? Read()
    {
        while (true)
        {
            var (prompt, editor) = (Prompt, new LineEditor(history));
            Draw(prompt, editor);
            var state = Edit(prompt, editor);
            Console.Out.WriteLine();
            if (state == LineState.Ended)
                return null;
            if (state == LineState.GivenUp)
                continue;
            Remember(editor.Text);
            return editor.Text;
        }
    }

    private static LineState Edit(string prompt, LineEditor editor)
    {
        Console.TreatControlCAsInput = true;
        try
        {
            LineState state;
            while ((state = editor.Take(Console.ReadKey(intercept: true))) == LineState.Open)
                Draw(prompt, editor);
            return state;
        }
        finally
        {
            Console.TreatControlCAsInput = false;
        }
    }

    // The line is drawn anew from its beginning; what was longer before is wiped behind it.
    private static void Draw(string prompt, LineEditor editor)
    {
        var drawn = new StringBuilder("\r").Append(prompt).Append(editor.Text).Append("\e[K");
        var back = editor.Text.Length - editor.Cursor;
        if (back > 0)
            drawn.Append("\e[").Append(back).Append('D');
        Console.Out.Write(drawn);
    }

    private void Remember(string line)
    {
        if (line.Trim().Length == 0 || (history.Count > 0 && history[^1] == line))
            return;
        history.Add(line);
        try
        {
            ContextFile.WritePrivate(file, string.Join('\n', history.TakeLast(MostRemembered)) + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A history that cannot be kept is no reason to stop.
        }
    }
}
