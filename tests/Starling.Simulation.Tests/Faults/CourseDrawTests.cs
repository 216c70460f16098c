using Starling.Core.Kernel;
using Starling.Simulation.Faults;

namespace Starling.Simulation.Tests.Faults;

public sealed class CourseDrawTests
{
    [Fact]
    public void AStormDrawsEveryCourseOfATrainingAndSomebodyMayLeadThroughoutIt()
    {
        var scenario = Scenarios.Synthetic;
        var checkIns = new SortedSet<CheckIn>();
        var (adaptive, led, done, none) = (0, 0, 0, 0);
        for (var seed = 0UL; seed < 400; seed++)
        {
            var faults = new FaultPlanDraw(new SeededRandom(seed), scenario);
            var plan = faults.Draw(FaultLevel.Storm);
            var drawn = new CourseDraw(scenario, plan, new SeededRandom(seed)).Draw();
            var nodes = Enumerable.Range(0, scenario.Nodes).ToList();
            Assert.True(drawn.Settings.IsValid);
            Assert.Contains(nodes, node => drawn.MayLead(node) && !plan.Liars.ContainsKey(node) && !plan.Dying.Contains(node)
                && !plan.Expellable.Contains(node));
            var isAdaptive = drawn.Settings.Adaptive is not null;
            var isLed = !nodes.TrueForAll(node => drawn.MayLead(node));
            var isDone = drawn.Terms(0).Epochs > 0;
            Assert.All(nodes, node => Assert.Equal(isDone, drawn.Terms(node).Epochs > 0));
            if (isDone)
                checkIns.UnionWith(nodes.Select(node => drawn.Terms(node).CheckIn));
            adaptive += isAdaptive ? 1 : 0;
            led += isLed ? 1 : 0;
            done += isDone ? 1 : 0;
            none += isAdaptive || isLed || isDone ? 0 : 1;
        }

        Assert.Equal(Enum.GetValues<CheckIn>(), checkIns);
        Assert.InRange(adaptive, 60, 140);
        Assert.InRange(led, 40, 140);
        Assert.InRange(done, 100, 180);
        Assert.InRange(none, 80, 250);
    }

    [Fact]
    public void WhatAnExperimentSaysStays()
    {
        var scenario = Scenarios.Synthetic with
        {
            MayLead = node => node == 1,
            Terms = node => new() { Epochs = 3, CheckIn = CheckIn.Active },
        };
        for (var seed = 0UL; seed < 50; seed++)
        {
            var drawn = new CourseDraw(scenario, new FaultPlan(), new SeededRandom(seed)).Draw();
            Assert.Equal((scenario.MayLead, scenario.Terms), (drawn.MayLead, drawn.Terms));
        }
    }
}
