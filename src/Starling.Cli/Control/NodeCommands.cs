using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Starling.Cli.Control.Contexts;
using Starling.Cli.Runs;

namespace Starling.Cli.Control;

/// <summary>What the commands share that talk to a node: which node that is, and how they print.</summary>
internal static class NodeCommands
{
    private static readonly Option<string?> Context = new("--context") { Description = "The context; the active one unless given." };
    private static readonly Option<string?> Run =
        new("--run") { Description = "Talk to a node of a run on this machine instead, as its admin." };
    private static readonly Option<string> Runs =
        new("--runs") { Description = "The folder that runs are kept in.", DefaultValueFactory = _ => RunFolder.DefaultBase };

    /// <summary>Prints JSON.</summary>
    public static readonly Option<bool> Json = new("--json") { Description = "Print JSON." };

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
        foreach (var option in (Option[])[Context, Run, Runs, Json])
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

    /// <summary>
    /// Prints lines that a person shall read before the command goes on: on standard error if what came of it is wanted as JSON.
    /// </summary>
    public static void Tell(this ParseResult parsed, IEnumerable<string> lines)
    {
        foreach (var line in lines)
            (parsed.GetValue(Json) ? Console.Error : Console.Out).WriteLine(line);
    }

    /// <summary>Prints what came of a command, as JSON if that was asked for.</summary>
    public static void Print<T>(this ParseResult parsed, T value, JsonTypeInfo<T> form, Action<TextWriter> write)
    {
        if (parsed.GetValue(Json))
            Console.Out.WriteLine(JsonSerializer.Serialize(value, form));
        else
            write(Console.Out);
    }
}
