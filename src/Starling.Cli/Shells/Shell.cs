using System.Globalization;
using Starling.Api;
using Starling.Cli.Terminal;

namespace Starling.Cli.Shells;

/// <summary>
/// Carries out lines, each a command as on the command line, and a few that a script needs besides: <c>exit</c>, <c>exit on failure</c>,
/// <c>sleep</c>, <c>cd</c>, <c>ls</c>, <c>pwd</c>, <c>help</c>.
/// </summary>
/// <param name="lines">The lines.</param>
/// <param name="execute">Carries a command out.</param>
/// <param name="output">Where what the shell says itself goes.</param>
/// <param name="error">Where failures go.</param>
internal sealed class Shell(ILineSource lines, Func<IReadOnlyList<string>, CancellationToken, Task<int>> execute, TextWriter output,
    TextWriter error)
{
    private bool exitsOnFailure;
    private int failure;
    private bool isOver;

    /// <summary>Carries the lines out until they end, or one ends the shell.</summary>
    /// <returns>The exit code of the first command that failed, or the one that <c>exit</c> names; 0 if all went well.</returns>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        while (!isOver && !cancellation.IsCancellationRequested && lines.Read() is { } line)
        {
            var code = ShellWords.TrySplit(line, out var words)
                ? await CarryOutAsync(words, cancellation).ConfigureAwait(false)
                : Mistake("a quote is not closed; close it on the same line");
            if (code == 0 || isOver)
                continue;
            failure = failure == 0 ? code : failure;
            if (lines.Place.Length > 0)
                await error
                    .WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                        $"{lines.Place}: '{Core.Configuration.Mistake.Shorten(line.Trim())}' ended with exit code {code}"))
                        .ConfigureAwait(false);
            isOver = exitsOnFailure;
        }

        return cancellation.IsCancellationRequested ? (int)ExitCode.Interrupted : failure;
    }

    private Task<int> CarryOutAsync(IReadOnlyList<string> words, CancellationToken cancellation) => words switch
    {
        [] => Task.FromResult(0),
        [var first, ..] => first.ToLowerInvariant() switch
        {
            "exit" or "quit" => Task.FromResult(Exit([.. words.Skip(1)])),
            "sleep" => SleepAsync(words, cancellation),
            "cd" => Task.FromResult(ChangeFolder(words)),
            "ls" => Task.FromResult(List(words)),
            "pwd" => Task.FromResult(Say(Directory.GetCurrentDirectory())),
            "help" => HelpAsync([.. words.Skip(1)], cancellation),
            "shell" => Task.FromResult(Mistake("this is a shell; leave it with 'exit'")),
            _ => execute(words, cancellation),
        },
    };

    private int Exit(string[] words)
    {
        switch (Array.ConvertAll(words, word => word.ToLowerInvariant()))
        {
            case []:
                isOver = true;
                return 0;
            case ["on", "failure"] or ["on", "failure", "on"]:
                exitsOnFailure = true;
                return 0;
            case ["on", "failure", "off"]:
                exitsOnFailure = false;
                return 0;
            case [var code] when byte.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number):
                (isOver, failure) = (true, number);
                return 0;
            default:
                return Mistake(
                    "'exit' stands alone, before a number from 0 to 255, or before 'on failure', 'on failure on' or 'on failure off'");
        }
    }

    private async Task<int> SleepAsync(IReadOnlyList<string> words, CancellationToken cancellation)
    {
        if (words is not [_, var text])
            return Mistake("'sleep' needs a time, such as 'sleep 10' or 'sleep 1m30s'");
        try
        {
            await Task.Delay(WaitTime.Parse(text), cancellation).ConfigureAwait(false);
            return 0;
        }
        catch (CommandException e)
        {
            return Mistake(e.Message);
        }
        catch (OperationCanceledException)
        {
            return (int)ExitCode.Interrupted;
        }
    }

    private int ChangeFolder(IReadOnlyList<string> words)
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (words.Count > 2)
            return Mistake("'cd' takes one folder; put a name with blanks in quotes");
        return OnDisk(() => Directory.SetCurrentDirectory(words.Count == 1 ? home : words[1]));
    }

    private int List(IReadOnlyList<string> words) => words.Count > 2
        ? Mistake("'ls' takes one folder; put a name with blanks in quotes")
        : OnDisk(() =>
        {
            foreach (var entry in new DirectoryInfo(words.Count == 1 ? "." : words[1]).EnumerateFileSystemInfos()
                .OrderBy(entry => entry.Name, StringComparer.Ordinal))
                output.WriteLine(entry is DirectoryInfo ? entry.Name + "/" : entry.Name);
        });

    private int OnDisk(Action action)
    {
        try
        {
            action();
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            error.WriteLine($"error: {e.Message.TrimEnd('.')}; correct the path.");
            return (int)ExitCode.Disk;
        }
    }

    private async Task<int> HelpAsync(string[] words, CancellationToken cancellation)
    {
        var code = await execute([.. words, "--help"], cancellation).ConfigureAwait(false);
        if (words.Length == 0)
            output.WriteLine("Besides, in a shell: exit [CODE], exit on failure [on|off], sleep TIME, cd [FOLDER], ls [FOLDER], pwd, help [COMMAND], and # for comments.");
        return code;
    }

    private int Say(string text)
    {
        output.WriteLine(text);
        return 0;
    }

    private int Mistake(string sentence)
    {
        error.WriteLine($"error: {sentence.TrimEnd('.')}.");
        return (int)ExitCode.Usage;
    }
}
