using Starling.Core.Kernel;
using Starling.Core.Training;
using Starling.Learning.Programs;
using Starling.Simulation.Faults;

namespace Starling.Simulation.Tests;

public sealed class DrawnSettingsTests
{
    /// <summary>Red if a result does not tell what its seed has otherwise than the experiment.</summary>
    [Fact]
    public void AResultTellsWhatItsSeedDrew()
    {
        var scenario = Scenarios.Synthetic with { Options = new SimulationOptions() };
        Assert.Empty(Drawn(scenario));
        var drawn = Drawn(scenario with
        {
            Options = new SimulationOptions { Audits = [AuditMode.Off], MinPeers = [4], MergeRules = ["trimmedmean"] },
        });
        Assert.Equal(
            ["training.audit off", "training.merge.parameters.share 0.2", "training.merge.rule trimmedmean", "training.minPeers 4"],
            drawn);
        // What it drew as the experiment has it is nothing to tell.
        Assert.Empty(Drawn(scenario with { Options = new SimulationOptions { MinPeers = [3] } }));
    }

    /// <summary>Red if a result tells nothing of the second of two contracts, or all that it shares with the first.</summary>
    [Fact]
    public void WhatASecondContractHasOtherwiseIsTold()
    {
        var scenario = Scenarios.Synthetic with { Options = new SimulationOptions { Contracts = 2, MinPeers = [4] } };
        Assert.Equal(["second.syncInterval 29", "training.minPeers 4"], Drawn(scenario));
    }

    /// <summary>Red if anything of a training's course that a storm drew is left out, or told where it did not.</summary>
    [Fact]
    public void TheCourseOfATrainingIsTold()
    {
        var scenario = Scenarios.Synthetic;
        for (var seed = 0UL; seed < 60; seed++)
        {
            var course = new CourseDraw(scenario, new FaultPlan(), new SeededRandom(seed)).Draw();
            var drawn = DrawnSettings.Of(scenario, course);
            Assert.Equal(course.Settings.Adaptive is not null, drawn.ContainsKey("training.adaptive.on"));
            Assert.Equal(course.Settings.Adaptive?.Least.ToString(Invariant), drawn.GetValueOrDefault("training.adaptive.least"));
            int[] leaders = [.. Enumerable.Range(0, scenario.Nodes).Where(course.MayLead).Select(node => node + 1)];
            Assert.Equal(leaders.Length == scenario.Nodes ? null : $"[{string.Join(", ", leaders)}]",
                drawn.GetValueOrDefault("training.leaders"));
            Assert.Equal(course.Terms(0).Epochs > 0, drawn.ContainsKey("training.epochs"));
        }

        var terms = DrawnSettings.Of(scenario, scenario with
        {
            Terms = node => new ProgramTerms(Epochs: node, CheckIn: CheckIn.Inactive),
        });
        Assert.Equal("[0, 1, 2, 3, 4]", terms["training.epochs"]);
        Assert.Equal("inactive", terms["training.checkIn"]);
    }

    private static System.Globalization.CultureInfo Invariant => System.Globalization.CultureInfo.InvariantCulture;

    private static IEnumerable<string> Drawn(SimulationScenario scenario) =>
        SimulationRunner.Run(scenario, 1, FaultLevel.None, null, TestContext.Current.CancellationToken).Drawn
            .Select(setting => $"{setting.Key} {setting.Value}");
}
