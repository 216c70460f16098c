using System.CommandLine;
using Starling.Api;
using Starling.Api.Sessions;
using Starling.Cli.Programs;
using Starling.Cli.Terminal;
using Starling.Learning.Experiments;

namespace Starling.Cli.Commands;

/// <summary><c>starling program</c>: trains in a process of its own beside a node, as a task's program does.</summary>
internal static class ProgramCommand
{
    /// <summary>The command and the one below it.</summary>
    public static Command Build()
    {
        var file = new Argument<string>("experiment") { Description = "The experiment whose program is trained." };
        var set = new Option<string[]>("--set") { Description = "A setting that wins over the file's: path=value.", AllowMultipleArgumentsPerToken = false };
        var train = new ExampledCommand(
            "train", "Trains an experiment's program over a session with the node beside it, which the environment names.",
            "starling program train experiment.yaml --set data.file=/data/rows.csv") { file, set };
        train.SetAction((parsed, cancellation) => TrainAsync(parsed.GetValue(file)!, parsed.GetValue(set) ?? [], cancellation));
        return new Command("program", "Runs programs beside a node.") { train };
    }

    private static async Task<int> TrainAsync(string path, string[] settings, CancellationToken cancellation)
    {
        var (socket, token) = (Environment.GetEnvironmentVariable(SessionClient.SocketVariable), Environment.GetEnvironmentVariable(SessionClient.TokenVariable));
        if (string.IsNullOrEmpty(socket) || string.IsNullOrEmpty(token))
            throw new CommandException(ExitCode.Configuration, $"no session is named; {SessionClient.SocketVariable} and {SessionClient.TokenVariable} are set by the node for the programs of its tasks.");
        var experiment = ExperimentReader.ReadFile(path, settings);
        var problem = ExperimentProblem.Load(experiment);
        using var client = new SessionClient(socket, token);
        var opened = await client.OpenAsync(new SessionOpening(SessionClient.Protocol, experiment.Name, problem.Node(0).Schema.Hash.ToString()), cancellation).ConfigureAwait(false);
        if (opened.Member < 0 || opened.Member >= experiment.Nodes)
            throw new CommandException(ExitCode.Configuration, $"the experiment is for {experiment.Nodes} nodes, and {opened.Node} is none of the first {experiment.Nodes} members; raise 'nodes'.");
        Console.Out.WriteLine($"session with {opened.Node} under {opened.Contract}, member {opened.Member + 1} of {opened.Members}");
        await new SessionTrainer(client, problem.Node(opened.Member), experiment.Training.Of(opened.Member)).RunAsync(Console.Out.WriteLine, cancellation).ConfigureAwait(false);
        return (int)ExitCode.Done;
    }
}
