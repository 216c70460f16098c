using System.CommandLine;
using Starling.Api;
using Starling.Cli.Terminal;
using Starling.Learning.Experiments;
using Starling.Learning.Programs;
using Starling.Programs;

namespace Starling.Cli.Commands;

/// <summary><c>starling program</c>: trains in a process of its own beside a node, as a task's program does.</summary>
internal static class ProgramCommand
{
    /// <summary>The command and the one below it.</summary>
    public static Command Build()
    {
        var file = new Argument<string>("experiment") { Description = "The experiment whose program is trained." };
        var set = new Option<string[]>("--set")
        {
            Description = "A setting that wins over the file's: path=value.",
            AllowMultipleArgumentsPerToken = false
        };
        var train = new ExampledCommand(
            "train", "Trains an experiment's program over a session with the node beside it, which the environment names.",
            "starling program train experiment.yaml --set data.file=/data/rows.csv") { file, set };
        train.SetAction((parsed, cancellation) => TrainAsync(parsed.GetValue(file)!, parsed.GetValue(set) ?? [], cancellation));
        return new Command("program", "Runs programs beside a node.") { train };
    }

    private static async Task<int> TrainAsync(string path, string[] settings, CancellationToken cancellation)
    {
        var experiment = ExperimentReader.ReadFile(path, settings);
        var problem = ExperimentProblem.Load(experiment);
        await SwarmProgram
            .RunAsync(new SwarmModel(problem.Node(0).Schema, MakeProgram, member => experiment.Training.Of(member.Number)),
                Console.Out.WriteLine, cancellation).ConfigureAwait(false);
        return (int)ExitCode.Done;

        ITrainingProgram MakeProgram(SwarmMember member)
        {
            if (member.Members == 1)
                return problem.Pooled();
            return member.Number < experiment.Nodes ? problem.Node(member.Number) : throw new CommandException(
                ExitCode.Configuration,
                $"the experiment is for {experiment.Nodes} nodes, and this program is none of the first {experiment.Nodes} members; raise 'nodes'.");
        }
    }
}
