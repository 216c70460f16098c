using Starling.Core.Configuration;
using Starling.Core.Training;
using Starling.Learning.Experiments;
using Starling.Simulation.Faults;

namespace Starling.Simulation.Tests;

public sealed class SimulationOptionsTests
{
    [Fact]
    public void TheSectionIsRead()
    {
        var options =
            Read("simulation.batchTime=5ms", "simulation.mostSlowness=2", "simulation.chunkBytes=128", "simulation.healingTime=1h",
            "simulation.mostEvents=2000", "simulation.pollInterval=2s", "simulation.tasks=true");
        Assert.True(options.Tasks);
        Assert.Equal((1, 2), (options.Contracts, Read("simulation.contracts=2").Contracts));
        Assert.Equal(
            (TimeSpan.FromMilliseconds(5), 2, 128, TimeSpan.FromHours(1), 2000, TimeSpan.FromSeconds(2)),
            (options.BatchTime, options.MostSlowness, options.ChunkBytes, options.HealingTime, options.MostEvents, options.PollInterval));
        Assert.Equal([AuditMode.Full, AuditMode.Sampled, AuditMode.Sampled, AuditMode.Off], options.Audits);
        Assert.Equal([3, 3, 4], options.MinPeers);
    }

    [Fact]
    public void AllMistakesAreToldAtOnceWithTheNearestName()
    {
        var thrown = Assert.Throws<ConfigurationException>(
            () =>
                Read("simulation.batchTimes=5ms", "simulation.mostSlowness=1000", "simulation.chunkBytes=1", "nodes=3",
                    "simulation.audits=[maybe]", "simulation.mergeRules=[meen]"));
        Assert.Contains("batchTime", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("mostSlowness", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("chunkBytes", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("minPeers", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("meen", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("maybe", thrown.Message, StringComparison.Ordinal);
    }

    /// <summary>Red if tasks may be asked for where they would train one of two contracts alone.</summary>
    [Fact]
    public void TasksOverTwoContractsAreRefused()
    {
        var thrown = Assert.Throws<ConfigurationException>(() => Read("simulation.contracts=2", "simulation.tasks=true"));
        Assert.Contains("simulation.contracts is 2, but the tasks of simulation.tasks train one alone", thrown.Message,
            StringComparison.Ordinal);
    }

    /// <summary>Red if an experiment may ask for lies where no seed could draw a liar to tell them.</summary>
    [Theory]
    [InlineData("[2, 4]", 2)]
    [InlineData("[4, 5]", 5)]
    [InlineData("[]", 5)]
    public void LiesThatNobodyCouldTellAreRefused(string minPeers, int least)
    {
        string[] settings = ["simulation.lies=[stall]", $"simulation.minPeers={minPeers}", "training.minPeers=5"];
        var thrown = Assert.Throws<ConfigurationException>(() => Read(settings));
        Assert.Contains(
            $"simulation.lies is given, but with minPeers {least} of 5 nodes the protocol bears no liar, so that a seed draws none; raise minPeers above 2 and below nodes, or name who lies in simulation.liars.",
            thrown.Message, StringComparison.Ordinal);
        Assert.Equal([1], Read([.. settings, "simulation.liars=[2]"]).Liars);
        Assert.NotEmpty(Read("simulation.lies=[stall]", "simulation.minPeers=[3, 4]", "training.minPeers=5").Lies);
    }

    /// <summary>Red if a lie can be asked for that the documents do not name.</summary>
    [Theory]
    [MemberData(nameof(Lies))]
    public void ALieIsNamedInTheDocuments(string lie)
    {
        Assert.Single(Read($"simulation.lies=[{lie}]").Lies);
        Assert.Contains($"`{lie}`", File.ReadAllText(Path.Combine(Scenarios.Examples, "..", "docs", "simulation.md")),
            StringComparison.Ordinal);
    }

    public static TheoryData<string> Lies() =>
        [.. Enum.GetNames<LieKind>().Select(name => char.ToLowerInvariant(name[0]) + name[1..])];

    private static SimulationOptions Read(params string[] overrides) =>
        SimulationScenario.From(ExperimentReader.ReadFile(Path.Combine(Scenarios.Examples, "synthetic.yaml"), overrides)).Options;
}
