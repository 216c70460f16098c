using Starling.Daemon.Configuration;
using Starling.Learning.Experiments;
using Starling.Learning.Programs;

namespace Starling.Daemon;

/// <summary>Makes the program that a node trains, from its experiment's file.</summary>
internal static class ProgramLoader
{
    /// <summary>Reads the file at once, so that its mistakes stop the start; the data only when the program is first needed.</summary>
    /// <exception cref="Core.Configuration.ConfigurationException">The file has mistakes.</exception>
    /// <exception cref="DaemonException">The experiment has no such node.</exception>
    public static (Func<ITrainingProgram> Load, ProgramTerms Terms) Prepare(ProgramConfiguration program)
    {
        var experiment = ExperimentReader.ReadFile(program.Experiment);
        return program.Node < experiment.Nodes
            ? (() => ExperimentProblem.Load(experiment).Node(program.Node), experiment.Training.Of(program.Node))
            : throw new DaemonException(Api.ExitCode.Configuration,
                $"{program.Experiment} has {experiment.Nodes} nodes, so 'program.node' must be 0 to {experiment.Nodes - 1}, not {program.Node}.");
    }
}
