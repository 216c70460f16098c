namespace Starling.Simulation.Tests;

/// <summary>
/// What the protocol costs beyond the models, as there are more nodes. A node reads an entry or two of every other in a round, so its bytes
/// of protocol may grow as the number of nodes does, and no faster: twice the nodes may take at most 2.1 times as many, where a part that
/// grows with the square would take four times.
/// </summary>
public sealed class OverheadTests
{
    private const ulong Seed = 1;

    [Fact]
    public void ANodesShareOfARoundIsLinearInTheNumberOfNodes() => IsLinear(8, 16, 32);

    [Fact]
    [Trait("Category", "Full")]
    public void ItIsSoAlsoForSixtyFourNodes() => IsLinear(32, 64);

    private static void IsLinear(params int[] nodes)
    {
        var costs = nodes.Select(Cost).ToList();
        foreach (var (fewer, more) in costs.Zip(costs.Skip(1)))
            Assert.True(more / fewer <= 2.1, string.Join(", ", costs.Select(cost => $"{cost:0}")));
    }

    private static double Cost(int nodes)
    {
        var result = SimulationRunner.Run(Scenarios.SyntheticOn(nodes), Seed, FaultLevel.None, null, TestContext.Current.CancellationToken);
        Assert.Empty(result.Violations);
        Assert.Equal((Scenarios.RoundsOn, (long)Scenarios.RoundsOn), (result.Rounds, result.Counts["happened Committed"]));
        Assert.True(result.Counts[StormCounts.ModelBytes] > 0);
        return result.Counts[StormCounts.ProtocolBytes] / (double)(nodes * result.Rounds);
    }
}
