using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Starling.Cli.Shells;

/// <summary>
/// Splits a line of a script into words. A <c>#</c> at the beginning of a word begins a comment; quotes keep blanks together, and a
/// backslash within double quotes keeps what follows it.
/// </summary>
internal static class ShellWords
{
    /// <summary>Splits a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="words">Its words; empty for a blank line or a comment.</param>
    /// <returns>Whether all quotes are closed.</returns>
    public static bool TrySplit(string line, out IReadOnlyList<string> words)
    {
        var found = new List<string>();
        words = found;
        StringBuilder? word = null;
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (c == '#' && word is null)
                return true;
            if (char.IsWhiteSpace(c))
                Close(ref word);
            else if (c is not ('"' or '\''))
                (word ??= new StringBuilder()).Append(c);
            else if (!TryQuote(line, ref i, word ??= new StringBuilder()))
                return false;
        }

        Close(ref word);
        return true;

        void Close(ref StringBuilder? ended)
        {
            if (ended is not null)
                found.Add(ended.ToString());
            ended = null;
        }
    }

    /// <summary>
    /// The words with the names of commands in small letters, as they are defined: only what is no command, such as a name or
    /// a path, keeps its letters.
    /// </summary>
    public static IReadOnlyList<string> Canonical(Command root, IReadOnlyList<string> words)
    {
        var canonical = words.ToArray();
        var command = root;
        for (var i = 0; i < canonical.Length && TryFind(command, canonical[i], out var below); i++)
        {
            canonical[i] = below.Name;
            command = below;
        }

        return canonical;
    }

    private static bool TryFind(Command command, string word, [NotNullWhen(true)] out Command? below)
    {
        below = command.Subcommands.FirstOrDefault(sub => string.Equals(sub.Name, word, StringComparison.OrdinalIgnoreCase));
        return below is not null;
    }

    private static bool TryQuote(string line, ref int at, StringBuilder word)
    {
        var quote = line[at];
        for (at++; at < line.Length; at++)
        {
            if (line[at] == quote)
                return true;
            if (quote == '"' && line[at] == '\\' && at + 1 < line.Length)
                at++;
            word.Append(line[at]);
        }

        return false;
    }
}
