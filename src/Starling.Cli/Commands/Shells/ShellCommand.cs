using System.CommandLine;
using Starling.Api;
using Starling.Cli.Shells;
using Starling.Cli.Terminal;

namespace Starling.Cli.Commands.Shells;

/// <summary><c>starling shell</c>: commands one after the other, from a script or at a terminal.</summary>
internal static class ShellCommand
{
    /// <summary>The command.</summary>
    public static Command Build()
    {
        var script = new Argument<string?>("file")
        {
            Description = "A script, a command a line; standard input unless given.",
            Arity = ArgumentArity.ZeroOrOne
        };
        var command = new ExampledCommand(
            "shell",
            "Carries out commands one after the other: those of a script, or what you write. Its exit code is that of the first command that failed.",
            "starling shell", "starling shell train.starling")
        {
            script,
        };
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetValue(script), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string? script, CancellationToken cancellation)
    {
        if (script is null)
            return await RunAsync(Console.IsInputRedirected ? new ScriptLines("standard input", Console.In) : new TerminalLines(),
                cancellation).ConfigureAwait(false);
        using var reader = Open(script);
        return await RunAsync(new ScriptLines(script, reader), cancellation).ConfigureAwait(false);
    }

    private static Task<int> RunAsync(ILineSource lines, CancellationToken cancellation)
    {
        var root = CommandLine.Build();
        return new Shell(lines, (words, ends) => CommandLine.ExecuteAsync(root, ShellWords.Canonical(root, words), ends), Console.Out,
            Console.Error).RunAsync(cancellation);
    }

    private static StreamReader Open(string script)
    {
        try
        {
            return new StreamReader(script);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Configuration, $"{script}: cannot be read ({e.Message.TrimEnd('.')}); correct the path.",
                e);
        }
    }
}
