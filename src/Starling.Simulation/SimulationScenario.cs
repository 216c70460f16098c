using Starling.Core.Configuration;
using Starling.Core.Kernel;
using Starling.Core.Models;
using Starling.Core.Training;
using Starling.Learning.Data;
using Starling.Learning.Experiments;
using Starling.Learning.Programs;

namespace Starling.Simulation;

/// <summary>What is simulated: a contract, and the program of each node.</summary>
public sealed record SimulationScenario
{
    /// <summary>What people call it.</summary>
    public required string Name { get; init; }

    /// <summary>How many nodes, from 2.</summary>
    public required int Nodes { get; init; }

    /// <summary>The contract's settings.</summary>
    public required TrainingSettings Settings { get; init; }

    /// <summary>
    /// Makes the program of a node, from 0. Called on the thread that runs the seed, once each time that the node starts.
    /// </summary>
    public required Func<int, ITrainingProgram> Program { get; init; }

    /// <summary>On which terms the program of a node, from 0, takes part.</summary>
    public Func<int, ProgramTerms> Terms { get; init; } = _ => new ProgramTerms();

    /// <summary>Whether a node, from 0, may lead.</summary>
    public Func<int, bool> MayLead { get; init; } = _ => true;

    /// <summary>Bytes of blobs that a node, from 0, uploads a second at most; <see cref="long.MaxValue"/> for no limit.</summary>
    public Func<int, long> MaxUploadRate { get; init; } = _ => long.MaxValue;

    /// <summary>What the simulator may choose.</summary>
    public SimulationOptions Options { get; init; } = new();

    /// <summary>What the nodes' kernels may choose.</summary>
    public KernelOptions Kernel { get; init; } = new();

    /// <summary>What a file describes: the same that <c>starling run</c> runs on real nodes.</summary>
    /// <exception cref="ConfigurationException">The file's <c>simulation</c> section is wrong; every mistake is listed.</exception>
    /// <exception cref="DataException">The data cannot be read.</exception>
    public static SimulationScenario From(Experiment experiment)
    {
        var options = SimulationOptionsBinding.Bind(experiment.Simulation, experiment.Nodes, experiment.Training.MinPeers);
        var problem = ExperimentProblem.Load(experiment);
        var schema = problem.Node(0).Schema;
        return new SimulationScenario
        {
            Name = experiment.Name,
            Nodes = experiment.Nodes,
            // No more than a model takes, so that what a liar makes too large costs little.
            Settings = experiment.ToContract(schema) with { MaxModelBytes = SafetensorsHeader.For(schema).FileLength },
            Program = problem.Node,
            Terms = experiment.Training.Of,
            MayLead = experiment.Training.MayLead,
            MaxUploadRate = experiment.Network.Of,
            Options = options.ChunkBytes > 0 ? options : options with { ChunkBytes = SimulationOptions.UsualChunkBytes(schema) },
        };
    }
}
