using System.Text;

namespace Starling.Cli.Shells;

/// <summary>A line that is being written, key by key, with the lines of before within reach. It draws nothing.</summary>
/// <param name="history">The lines of before, oldest first.</param>
internal sealed class LineEditor(IReadOnlyList<string> history)
{
    private readonly StringBuilder text = new();
    private int recalled = history.Count;
    private string draft = "";

    /// <summary>What stands there.</summary>
    public string Text => text.ToString();

    /// <summary>Where the next character goes, from 0.</summary>
    public int Cursor { get; private set; }

    /// <summary>Takes a key.</summary>
    /// <returns>Whether the line goes on, is done, or was given up.</returns>
    public LineState Take(ConsoleKeyInfo key)
    {
        var control = key.Modifiers.HasFlag(ConsoleModifiers.Control);
        switch (key.Key)
        {
            case ConsoleKey.Enter:
                return LineState.Done;
            case ConsoleKey.C when control:
                Put("");
                return LineState.GivenUp;
            case ConsoleKey.D when control:
                if (text.Length == 0)
                    return LineState.Ended;
                Remove(Cursor);
                break;
            case ConsoleKey.U when control:
                text.Remove(0, Cursor);
                Cursor = 0;
                break;
            case ConsoleKey.A when control:
            case ConsoleKey.Home:
                Cursor = 0;
                break;
            case ConsoleKey.E when control:
            case ConsoleKey.End:
                Cursor = text.Length;
                break;
            case ConsoleKey.LeftArrow:
                Cursor = Math.Max(0, Cursor - 1);
                break;
            case ConsoleKey.RightArrow:
                Cursor = Math.Min(text.Length, Cursor + 1);
                break;
            case ConsoleKey.UpArrow:
                Recall(recalled - 1);
                break;
            case ConsoleKey.DownArrow:
                Recall(recalled + 1);
                break;
            case ConsoleKey.Backspace when Cursor > 0:
                Remove(--Cursor);
                break;
            case ConsoleKey.Delete:
                Remove(Cursor);
                break;
            default:
                if (!char.IsControl(key.KeyChar))
                    text.Insert(Cursor++, key.KeyChar);
                break;
        }

        return LineState.Open;
    }

    private void Recall(int which)
    {
        if (which < 0 || which > history.Count)
            return;
        if (recalled == history.Count)
            draft = Text;
        recalled = which;
        Put(which == history.Count ? draft : history[which]);
    }

    private void Remove(int at)
    {
        if (at < text.Length)
            text.Remove(at, 1);
    }

    private void Put(string line)
    {
        text.Clear().Append(line);
        Cursor = text.Length;
    }
}
