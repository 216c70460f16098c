using Starling.Core.Kernel;
using Starling.Learning.Data;

namespace Starling.Learning.Tests.Data;

public sealed class DataSetTests
{
    private static readonly DataSet Small = new("small", 2, [1, 2, 3, 4, 5, 6], [0, 1, 0], ["a", "b"]);

    [Fact]
    public void SelectedRowsAreCopiesInOrder()
    {
        var part = Small.Select([2, 1]);
        Assert.Equal([5f, 6f, 3f, 4f], part.Features.ToArray());
        Assert.Equal([0, 1], part.Labels.ToArray());
        Assert.Equal([3f, 4f], part.Row(1).ToArray());
    }

    [Fact]
    public void SizesAndLabelsAreChecked()
    {
        Assert.Throws<ArgumentException>(() => new DataSet("x", 2, [1, 2, 3], [0], ["a"]));
        Assert.Throws<ArgumentException>(() => new DataSet("x", 1, [1], [1], ["a"]));
        Assert.Throws<ArgumentException>(() => new DataSet("x", 1, [1], [-1], ["a"]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DataSet("x", 0, [], [0], ["a"]));
    }

    [Fact]
    public void ClassesCanBeWidenedButNotLost()
    {
        var wide = Small.WithClasses(["z", "b", "a"]);
        Assert.Equal([2, 1, 2], wide.Labels.ToArray());
        Assert.Throws<ArgumentException>(() => Small.WithClasses(["a"]));
    }

    [Fact]
    public void HeldOutRowsAreSeededAndDisjoint()
    {
        var data = new DataSet("x", 1, [.. Enumerable.Range(0, 100).Select(i => (float)i)], new int[100], ["a"]);
        var first = HoldOut.Draw(data, 0.2, new SeededRandom(1));
        Assert.Equal((80, 20), (first.Train.Rows, first.Test.Rows));
        Assert.Equal(data.Features.ToArray(), first.Train.Features.ToArray().Concat(first.Test.Features.ToArray()).Order());
        Assert.Equal(first.Test.Features.ToArray(), HoldOut.Draw(data, 0.2, new SeededRandom(1)).Test.Features.ToArray());
        Assert.NotEqual(first.Test.Features.ToArray(), HoldOut.Draw(data, 0.2, new SeededRandom(2)).Test.Features.ToArray());
        Assert.Equal(1, HoldOut.Draw(data, 0.0001, new SeededRandom(1)).Test.Rows);
        Assert.Equal(1, HoldOut.Draw(data, 0.9999, new SeededRandom(1)).Train.Rows);
        Assert.Throws<DataException>(() => HoldOut.Draw(data.Select([0]), 0.5, new SeededRandom(1)));
    }
}
