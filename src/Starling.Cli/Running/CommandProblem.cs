using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Starling.Api;
using Starling.Cli.Commands;
using Starling.Cli.Models;
using Starling.Cli.Runs;
using Starling.Cli.Terminal;
using Starling.Core.Models;
using Starling.Daemon.Programs;
using Starling.Learning.Experiments;
using Starling.Learning.Programs;
using Starling.Node.Executors;
using Starling.Programs;

namespace Starling.Cli.Running;

/// <summary>
/// A program of the user's own, which alone knows its model and its rows: started without a node, it writes the one to a file and trains
/// the other. What it is told by are the variables of <see cref="SwarmEnvironment"/>.
/// </summary>
internal sealed class CommandProblem : RunProblem
{
    private const int MostScoreBytes = 64 << 10, ShownLines = 12;

    private readonly Experiment experiment;
    private readonly ProgramLaunch command;

    private CommandProblem(Experiment experiment, ProgramLaunch command, ModelSchema schema) =>
        (this.experiment, this.command, Schema) = (experiment, command, schema);

    /// <inheritdoc/>
    public override ModelSchema Schema { get; }

    /// <summary>Has the program say what its model is.</summary>
    /// <exception cref="CommandException">It does not.</exception>
    public static async Task<CommandProblem> AskAsync(Experiment experiment, ProgramLaunch command, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("starling-m-").FullName;
        try
        {
            var model = Path.Combine(folder, "model.safetensors");
            var result = await RunAsync(command, folder,
                [.. As(0, experiment.Nodes), KeyValuePair.Create(SwarmEnvironment.ModelVariable, model)], cancellation)
                .ConfigureAwait(false);
            if (!result.Succeeded || !File.Exists(model))
                throw new CommandException(ExitCode.Program, $"'{string.Join(' ', command.Words)}' does not say what its model is: "
                    + (result.Succeeded
                        ? "it made no callback. Make a starling callback with its model, as docs/python.md shows."
                        : $"{result.Reason}{Shown(result)}"));
            using var file = ModelFile.Open(model);
            return new CommandProblem(experiment, command, file.Source.Schema);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <inheritdoc/>
    public override Score Alone(int node, string folder, CancellationToken cancellation) =>
        Train(folder, As(node, experiment.Nodes), cancellation);

    /// <inheritdoc/>
    public override Score Pooled(string folder, CancellationToken cancellation) => Train(folder, As(0, 1), cancellation);

    /// <inheritdoc/>
    public override Score Measure(string model) => new(null, null, null, null, 0);

    private Score Train(string folder, IEnumerable<KeyValuePair<string, string>> variables, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        var score = Path.Combine(folder, "score.json");
        var result = RunAsync(command, folder, [.. variables, KeyValuePair.Create(SwarmEnvironment.ScoreVariable, score)], cancellation)
            .GetAwaiter().GetResult();
        return result.Succeeded
            ? ReadScore(score)
            : throw new CommandException(ExitCode.Program,
                $"'{string.Join(' ', command.Words)}' fails without a swarm: {result.Reason} {Path.Combine(folder, "logs")} has what it said.");
    }

    // A program that measures nothing writes nothing.
    private static Score ReadScore(string path)
    {
        if (!File.Exists(path))
            return Score.None;
        try
        {
            if (new FileInfo(path).Length <= MostScoreBytes
                && JsonSerializer.Deserialize(File.ReadAllText(path), CliJson.Default.Score) is { } score)
                return score;
        }
        catch (JsonException)
        {
            // The sentence below says so.
        }

        throw new CommandException(ExitCode.Program, $"{path}: is no score; it must be JSON with loss, accuracy and examples.");
    }

    private static async Task<WorkResult> RunAsync(ProgramLaunch command, string folder,
        IEnumerable<KeyValuePair<string, string>> variables, CancellationToken cancellation)
    {
        var executor = await ProcessExecutor.OpenAsync(ExecutorOptions.Of("run", folder, "executor")).ConfigureAwait(false);
        // What is compared with takes only the time that the nodes leave.
        var polite = OperatingSystem.IsLinux() ? command with { Words = ["nice", "-n", "19", .. command.Words] } : command;
        var work = await executor
            .StartAsync(OwnCommand.Order(polite, Path.Combine(folder, "work"), Path.Combine(folder, "logs"), variables), cancellation)
            .ConfigureAwait(false);
        await using (work.ConfigureAwait(false))
            return await work.Completion.WaitAsync(cancellation).ConfigureAwait(false);
    }

    private static ImmutableArray<KeyValuePair<string, string>> As(int member, int members) =>
    [
        KeyValuePair.Create(SwarmEnvironment.LoopbackVariable, "1"),
        KeyValuePair.Create(SwarmEnvironment.MemberVariable, member.ToString(CultureInfo.InvariantCulture)),
        KeyValuePair.Create(SwarmEnvironment.MembersVariable, members.ToString(CultureInfo.InvariantCulture)),
    ];

    private static string Shown(WorkResult result) =>
        string.Concat($"{result.LastOutput}\n{result.LastErrorOutput}".Split('\n').Where(line => line.Trim().Length > 0)
            .TakeLast(ShownLines).Select(line => $"\n  {line}"));
}
