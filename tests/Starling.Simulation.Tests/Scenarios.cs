using System.Runtime.CompilerServices;
using Starling.Learning.Experiments;

namespace Starling.Simulation.Tests;

/// <summary>What the tests simulate: the examples themselves, so that what passes here is what a reader runs.</summary>
internal static class Scenarios
{
    /// <summary>16 parameters, 5 nodes, 8 rounds.</summary>
    public static SimulationScenario Synthetic { get; } = Load("synthetic");

    /// <summary>Real handwritten digits on 4 nodes.</summary>
    public static SimulationScenario Digits { get; } =
        Load("digits", "training.rounds=4", "program.hidden=[8]", "simulation.chunkBytes=4096");

    /// <summary>The same digits without a leader.</summary>
    public static SimulationScenario DigitsGossip { get; } =
        Load("digits", "protocol=gossip", "training.rounds=4", "program.hidden=[8]", "simulation.chunkBytes=4096");

    /// <summary>The synthetic problem twice at once, in two contracts of the same nodes.</summary>
    public static SimulationScenario SyntheticTwo { get; } = Load("synthetic", "simulation.contracts=2");

    /// <summary>The same without a leader.</summary>
    public static SimulationScenario SyntheticGossipTwo { get; } =
        Load("synthetic", "protocol=gossip", "protocolParameters.degree=2", "simulation.contracts=2");

    /// <summary>The synthetic problem, trained because a task says so.</summary>
    public static SimulationScenario SyntheticTasks { get; } = Load("synthetic", "simulation.tasks=true");

    /// <summary>The same without a leader.</summary>
    public static SimulationScenario SyntheticGossipTasks { get; } =
        Load("synthetic", "protocol=gossip", "protocolParameters.degree=2", "simulation.tasks=true");

    /// <summary>How many rounds <see cref="SyntheticOn"/> has.</summary>
    public const int RoundsOn = 2;

    /// <summary>The synthetic problem on so many nodes, each in every round, with the usual audits.</summary>
    public static SimulationScenario SyntheticOn(int nodes) => Load(
        "synthetic", $"nodes={nodes}", $"training.minPeers={nodes}", $"training.rounds={RoundsOn}", "simulation.audits=[sampled]",
        $"simulation.minPeers=[{nodes}]", "simulation.mergeRules=[mean]");

    /// <summary>Large models, and some nodes with slow links.</summary>
    public static SimulationScenario SlowLink(params string[] overrides) => Load("slow-link", overrides);

    /// <summary>The folder of the examples.</summary>
    public static string Examples => Path.Combine(Root(), "examples");

    /// <summary>The synthetic problem without a leader, each node with so many neighbours.</summary>
    public static SimulationScenario SyntheticGossip(int degree) =>
        Load("synthetic", "protocol=gossip", $"protocolParameters.degree={degree}");

    private static SimulationScenario Load(string name, params string[] overrides) =>
        SimulationScenario.From(ExperimentReader.ReadFile(Path.Combine(Examples, $"{name}.yaml"), overrides));

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../.."));
}
