using System.Collections.Immutable;
using Starling.Core.Kernel;
using Starling.Learning.Data;
using Starling.Learning.Data.Splits;

namespace Starling.Learning.Tests.Data.Splits;

public sealed class DataSplitTests
{
    private const int Classes = 10, Rows = 1000;
    private static readonly int[] Labels = [.. Enumerable.Range(0, Rows).Select(i => i % Classes)];

    public static TheoryData<IDataSplit> All =>
    [
        new IidSplit(), new DirichletSplit(0.5), new DirichletSplit(0.01), new ClassSplit(3), new ClassSplit(10), new SizeSplit([]),
        new SizeSplit([1, 2, 3, 4, 100]),
    ];

    [Theory]
    [MemberData(nameof(All))]
    public void EveryRowGoesToOneNodeAndTheSeedDecides(IDataSplit split)
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            var parts = split.Divide(Labels, Classes, 5, new SeededRandom(seed));
            Assert.Equal(5, parts.Length);
            Assert.All(parts, Assert.NotEmpty);
            Assert.Equal(Enumerable.Range(0, Rows), parts.SelectMany(part => part).Order());
            var again = split.Divide(Labels, Classes, 5, new SeededRandom(seed));
            Assert.All(Enumerable.Range(0, 5), node => Assert.Equal(parts[node], again[node]));
        }

        Assert.NotEqual(
            split.Divide(Labels, Classes, 5, new SeededRandom(1)).SelectMany(part => part),
            split.Divide(Labels, Classes, 5, new SeededRandom(2)).SelectMany(part => part));
    }

    [Fact]
    public void IidPartsAreEqual() => Assert.Equal([334, 333, 333], Sizes(new IidSplit(), 3));

    [Fact]
    public void WhoHasRowsOfItsOwnTrainsOnAllOfThem() =>
        Assert.All(new OwnSplit().Divide(Labels, Classes, 3, new SeededRandom(1)),
            part => Assert.Equal(Enumerable.Range(0, Rows), part.Order()));

    [Fact]
    public void ClassesAreLimitedAndAllHeld()
    {
        for (ulong seed = 0; seed < 50; seed++)
        {
            var held = Held(new ClassSplit(3), 4, seed);
            Assert.All(held, classes => Assert.Equal(3, classes.Length));
            Assert.Equal(Enumerable.Range(0, Classes), held.SelectMany(classes => classes).Distinct().Order());
        }
    }

    [Fact]
    public void ASmallAlphaConcentratesClasses()
    {
        Assert.True(LargestShare(0.01) > 0.9);
        Assert.InRange(LargestShare(0.5), 0.4, 0.8);
        Assert.True(LargestShare(1000) < 0.25);
    }

    [Fact]
    public void SizesFollowProportionsOrPower()
    {
        Assert.Equal([100, 300, 600], Sizes(new SizeSplit([0.1, 0.3, 0.6]), 3).Select(size => (int)Math.Round(size / 10.0) * 10));
        Assert.Equal([545, 273, 182], Sizes(new SizeSplit([]), 3));
        Assert.Equal([334, 333, 333], Sizes(new SizeSplit([], Power: 0), 3));
    }

    [Fact]
    public void WhatCannotBeDividedIsRefused()
    {
        Assert.Equal("3 rows cannot be divided among 4 nodes; use fewer nodes or more rows.", Refusal(new IidSplit(), [0, 1, 0], 4));
        Assert.Equal("3 rows cannot be divided among 4 nodes; use fewer nodes or more rows.", Refusal(new DirichletSplit(1), [0, 1, 0], 4));
        Assert.Equal("classesPerNode is 11, but there are only 10 classes; lower it.", Refusal(new ClassSplit(11), Labels, 4));
        Assert.Equal("4 nodes of 2 classes leave some of the 10 classes to nobody; raise classesPerNode to 3.",
            Refusal(new ClassSplit(2), Labels, 4));
        Assert.Equal("The split has 2 proportions for 4 nodes; give one for each node.", Refusal(new SizeSplit([1, 2]), Labels, 4));
        Assert.EndsWith("would hold no row: its classes have too few; use fewer nodes or more classesPerNode.",
            Refusal(new ClassSplit(1), [.. Enumerable.Range(0, 10)], 20), StringComparison.Ordinal);
    }

    [Fact]
    public void TheTableCountsRows()
    {
        var data = new DataSet("x", 1, new float[4], [0, 1, 1, 0], ["cat", "dog"]);
        var table = SplitTable.Of(data, [[0, 1, 2], [3]]);
        Assert.Equal([[1, 2], [1, 0]], table.Counts);
        Assert.Equal("node  cat  dog  rows\n   0    1    2     3\n   1    1    0     1\n", table.ToString());
    }

    /// <summary>Red if a class's name reaches the terminal raw, or whole however long it is.</summary>
    [Fact]
    public void TheTableIsFitForATerminal()
    {
        var data = new DataSet("x", 1, new float[1], [0], ["\u001b[2J", new string('x', 1000)]);
        var text = SplitTable.Of(data, [[0]]).ToString();
        Assert.Contains("\uFFFD[2J", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', text);
        Assert.InRange(text.IndexOf('\n', StringComparison.Ordinal), 1, 100);
    }

    private static string Refusal(IDataSplit split, int[] labels, int nodes) =>
        Assert.Throws<DataException>(() => split.Divide(labels, Classes, nodes, new SeededRandom(1))).Message;

    private static IEnumerable<int> Sizes(IDataSplit split, int nodes) =>
        split.Divide(Labels, Classes, nodes, new SeededRandom(1)).Select(part => part.Length);

    private static ImmutableArray<int[]> Held(ClassSplit split, int nodes, ulong seed) =>
        [.. split.Divide(Labels, Classes, nodes, new SeededRandom(seed))
            .Select(part => part.Select(row => Labels[row]).Distinct().ToArray())];

    /// <summary>The largest share of a class that one node holds, averaged over classes and seeds.</summary>
    private static double LargestShare(double alpha) => Enumerable.Range(0, 20).Average(seed =>
    {
        var parts = new DirichletSplit(alpha).Divide(Labels, Classes, 5, new SeededRandom((ulong)seed));
        return Enumerable.Range(0, Classes).Average(c => parts.Max(part => part.Count(row => Labels[row] == c)) / (Rows / (double)Classes));
    });
}
