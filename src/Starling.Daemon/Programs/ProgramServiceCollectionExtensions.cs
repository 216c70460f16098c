using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Starling.Core.Identity;
using Starling.Daemon.Configuration;
using Starling.Daemon.Sessions;
using Starling.Learning.Experiments;
using Starling.Node.Events;
using Starling.Node.Programs;

namespace Starling.Daemon.Programs;

/// <summary>The usual program of a node, from its experiment's file.</summary>
internal static class ProgramServiceCollectionExtensions
{
    /// <summary>
    /// Adds it. The file is read at once, so that its mistakes stop the start; the data only when the program is first needed.
    /// </summary>
    /// <param name="services">The daemon's parts.</param>
    /// <param name="folder">The node's folder.</param>
    /// <param name="contract">The contract that it trains.</param>
    /// <param name="program">What it is.</param>
    /// <exception cref="Core.Configuration.ConfigurationException">The file has mistakes.</exception>
    /// <exception cref="DaemonException">The experiment has no such node.</exception>
    public static IServiceCollection AddProgram(this IServiceCollection services, string folder, ContractId contract,
        ProgramConfiguration program)
    {
        var experiment = ExperimentReader.ReadFile(program.Experiment);
        if (program.Node >= experiment.Nodes)
            throw new DaemonException(Api.ExitCode.Configuration,
                $"{program.Experiment} has {experiment.Nodes} nodes, so 'program.node' must be 0 to {experiment.Nodes - 1}, not {program.Node}.");
        if (experiment.Program.Command is not { } command)
            return services.AddSingleton<IProgramSession>(s => new InProcessSession(
                () => ExperimentProblem.Load(experiment).Node(program.Node), s.GetRequiredService<ModelStore>(),
                experiment.Training.Of(program.Node)));
        return services
            .AddSingleton(s =>
                new OwnProgram(folder, contract, command, s.GetRequiredService<SessionUpdates>,
                    s.GetRequiredService<EventReporter>().Report))
            .AddSingleton<IProgramSession>(s => s.GetRequiredService<OwnProgram>())
            .AddSingleton<IHostedService>(s => s.GetRequiredService<OwnProgram>());
    }
}
