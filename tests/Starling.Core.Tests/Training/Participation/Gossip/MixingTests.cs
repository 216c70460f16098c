using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Core.Training.Participation.Gossip;

namespace Starling.Core.Tests.Training.Participation.Gossip;

public sealed class MixingTests
{
    private static readonly NodeId A = ContractScript.Member(0), B = ContractScript.Member(1), C = ContractScript.Member(2);

    [Fact]
    public void WithEqualDataAllCountTheSame() => Assert.Equal([5, 5, 5], Weights(B, 5, (A, 5), (C, 5)));

    [Fact]
    public void ANeighbourNeverCountsMoreThanTheNodeItself() => Assert.Equal([1, 1, 1], Weights(B, 1, (A, 1_000_000), (C, 1_000_000)));

    [Fact]
    public void WhatALighterNeighbourDoesNotTakeIsTheNodesOwn() => Assert.Equal([2, 18, 10], Weights(B, 10, (A, 2), (C, 10)));

    [Fact]
    public void HugeWeightsStayWithinAMergesBounds() => Assert.Equal([1, 999_999, 500_000], Weights(B, 1_000_000, (A, 2), (C, 1_000_000)));

    [Fact]
    public void AnUpdateThatMayNotBeAveragedIsLeftOut()
    {
        var mix = Mixing.Of(B, Said(10), isAdmissible: false, [KeyValuePair.Create(A, Said(4))]);
        Assert.Equal([A], mix.Select(input => input.Author));
    }

    /// <summary>On a ring of unequal data, averages that are repeated tend to the mean weighted by the data, at every node.</summary>
    [Fact]
    public void RepeatedAveragesTendToTheWeightedMean()
    {
        long[] data = [1, 2, 4, 8, 16];
        double[] values = [10, 0, 0, 0, 5];
        var mean = values.Zip(data, (value, weight) => value * weight).Sum() / data.Sum();
        for (var round = 0; round < 2000; round++)
            values = [.. values.Select((_, i) => Average(i))];
        Assert.All(values, value => Assert.Equal(mean, value, 1e-6));

        double Average(int i)
        {
            int[] around = [(i + 1) % 5, (i + 4) % 5];
            var mix = Mixing.Of(Id(i), Said(data[i]), isAdmissible: true, around.Select(j => KeyValuePair.Create(Id(j), Said(data[j]))));
            return mix.Sum(input => input.Weight * values[input.Author.Name[0] - 'a']) / mix.Sum(input => input.Weight);
        }

        static NodeId Id(int i) => ContractScript.Member(i);
    }

    private static ImmutableArray<long> Weights(NodeId self, long own, params (NodeId Id, long Weight)[] neighbours) =>
        [.. Mixing.Of(self, Said(own), isAdmissible: true, neighbours.Select(n => KeyValuePair.Create(n.Id, Said(n.Weight))))
            .Select(input => input.Weight)];

    private static Announcement Said(long weight) => new(1, ContractScript.Blob("update"), 40, weight);
}
