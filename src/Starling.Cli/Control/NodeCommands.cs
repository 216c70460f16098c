using System.CommandLine;
using Starling.Cli.Control.Contexts;
using Starling.Cli.Runs;
using Starling.Cli.Terminal;

namespace Starling.Cli.Control;

/// <summary>What the commands share that talk to a node: which node that is.</summary>
internal static class NodeCommands
{
    private static readonly Option<string?> Context = new("--context") { Description = "The context; the active one unless given." };
    private static readonly Option<string?> Run =
        new("--run") { Description = "Talk to a node of a run on this machine instead, as its admin." };

    /// <summary>Where a run is looked for. Commands that talk to a node have another <c>--out</c>.</summary>
    public static readonly Option<string> Runs = RunFolder.Option("--runs");

    /// <summary>Gives a command its options and what it does.</summary>
    public static Command Does(this Command command, Func<ControlSession, ParseResult, CancellationToken, Task> action) =>
        command.Ends(async (session, parsed, cancellation) =>
        {
            await action(session, parsed, cancellation).ConfigureAwait(false);
            return 0;
        });

    /// <summary>Gives a command its options and what it does, which says what the process exits with.</summary>
    public static Command Ends(this Command command, Func<ControlSession, ParseResult, CancellationToken, Task<int>> action)
    {
        AddOptions(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var session = await OpenAsync(parsed, null, cancellation).ConfigureAwait(false);
            return await action(session, parsed, cancellation).ConfigureAwait(false);
        });
        return command;
    }

    /// <summary>Gives a command the options by which the user names a node.</summary>
    public static void AddOptions(Command command)
    {
        foreach (var option in (Option[])[Context, Run, Runs, CommandOutput.Json])
            command.Add(option);
    }

    /// <summary>Opens the session that a command's options name.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="usualRun">The run that is meant if no option names a node; null for none.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<ControlSession> OpenAsync(ParseResult parsed, RunFolder? usualRun, CancellationToken cancellation)
    {
        if (parsed.GetValue(Run) is { } run)
            return await ControlSession.OpenAsync(RunFolder.Find(parsed.GetValue(Runs)!, run), cancellation).ConfigureAwait(false);
        if (parsed.GetValue(Context) is null && usualRun is not null)
            return await ControlSession.OpenAsync(usualRun, cancellation).ConfigureAwait(false);
        return ControlSession.Open(ContextFile.Read(ContextFile.Folder).Find(parsed.GetValue(Context)));
    }

    /// <summary>Whether the command line names a node itself.</summary>
    public static bool NamesNode(ParseResult parsed) => parsed.GetValue(Run) is not null || parsed.GetValue(Context) is not null;
}
