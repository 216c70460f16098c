using System.Globalization;
using Starling.Api;
using Starling.Cli.Terminal;
using Starling.Core.Configuration;
using Starling.Core.Training;

namespace Starling.Cli.Control.Tasks;

/// <summary>
/// An assignment in words: <c>TASK [to RUNNER] with K peers</c>, <c>... with all peers</c> or <c>... target OPERATOR</c>.
/// Keywords may be written large.
/// </summary>
/// <param name="Task">The task.</param>
/// <param name="Runner">The task runner; null for the usual one.</param>
/// <param name="Count">How many peers; null for all, or for one that is named.</param>
/// <param name="Operator">The one operator; null for peers.</param>
internal sealed record AssignWords(string Task, string? Runner, int? Count, string? Operator)
{
    /// <summary>How it is written.</summary>
    public const string Form = "TASK [to RUNNER] with K peers | with all peers | target OPERATOR";

    /// <summary>Reads the words.</summary>
    /// <exception cref="CommandException">They are no assignment.</exception>
    public static AssignWords Parse(IReadOnlyList<string> words)
    {
        if (words is [var task, ..])
        {
            var rest = words.Skip(1).ToArray();
            string? runner = null;
            if (rest is [var to, var named, .. var behind] && Is(to, "to"))
                (runner, rest) = (named, behind);
            switch (rest)
            {
                case [var with, var all, var peers] when Is(with, "with") && Is(all, "all") && Is(peers, "peers"):
                    return new AssignWords(task, runner, null, null);
                case [var with, var count, var peers] when Is(with, "with") && (Is(peers, "peers") || Is(peers, "peer"))
                    && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var k)
                    && k is >= 1 and <= TrainingSettings.MaxMembers:
                    return new AssignWords(task, runner, k, null);
                case [var target, var member] when Is(target, "target"):
                    return new AssignWords(task, runner, null, member);
            }
        }

        throw new CommandException(ExitCode.Usage,
            $"'{Mistake.Shorten(string.Join(' ', words))}' is no assignment; write {Form}, with K from 1 to {TrainingSettings.MaxMembers}.");
    }

    private static bool Is(string word, string keyword) => string.Equals(word, keyword, StringComparison.OrdinalIgnoreCase);
}
