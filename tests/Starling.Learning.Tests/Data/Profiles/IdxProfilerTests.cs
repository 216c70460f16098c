using Starling.Learning.Data.Profiles;

namespace Starling.Learning.Tests.Data.Profiles;

public sealed class IdxProfilerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Red if images or labels are told wrongly, or if a folder and its files give other rows.</summary>
    [Fact]
    public void AFolderAndItsFilesAreExplained()
    {
        Write("train", 0, 3, 3);
        Write("t10k", 1);
        Assert.True(IdxProfiler.IsWhole(folder.Path));
        var whole = IdxProfiler.Read(folder.Path);
        var pair = IdxProfiler.Read(Path.Combine(folder.Path, "train-labels-idx1-ubyte"));
        foreach (var profile in (DataProfile[])[whole, pair])
        {
            Assert.Empty(profile.Faults);
            Assert.Equal((3, 4, 1), (profile.Rows, profile.Columns.Length, profile.Contradicting + profile.Repeated));
            Assert.Equal([1L, 0L, 0L, 2L], profile.Classes.Select(c => c.Rows));
            Assert.Equal((ColumnKind.Number, 0.0, 1.0), (profile.Columns[0].Kind, profile.Columns[0].Least, profile.Columns[0].Greatest));
            Assert.Equal(ColumnKind.Constant, profile.Columns[3].Kind);
            Assert.Equal(1.0 / 3, profile.Columns[0].Mean!.Value, 6);
        }
    }

    /// <summary>Red if the test files are not looked at, or a fault in one file hides that in another.</summary>
    [Fact]
    public void AllFaultsAreToldAtOnce()
    {
        Write("train", 0, 3, 3);
        File.WriteAllBytes(Path.Combine(folder.Path, "train-labels-idx1-ubyte"), [0, 0, 8, 1, 0, 0, 0, 9, 1]);
        Assert.False(IdxProfiler.IsWhole(folder.Path));
        var faults = IdxProfiler.Read(folder.Path).Faults;
        Assert.Equal(2, faults.Length);
        Assert.Contains("more than a file of this length can hold", faults[0].What, StringComparison.Ordinal);
        Assert.Contains("t10k-labels-idx1-ubyte: there is no such file", faults[1].What, StringComparison.Ordinal);
        Assert.Equal("correct the path or put the file there", faults[1].Remedy);
    }

    [Theory]
    [InlineData("train-images-idx3-ubyte.gz", true)]
    [InlineData("some-labels-idx1-ubyte", true)]
    [InlineData("rows.csv", false)]
    public void ItIsKnownByItsName(string name, bool expected) => Assert.Equal(expected, IdxProfiler.Knows(name));

    // Images of 2 x 2 pixels, of which the first is white in the first image and the last always gray.
    private void Write(string part, params byte[] labels)
    {
        var images = labels.SelectMany((_, i) => new byte[] { (byte)(i == 0 ? 255 : 0), 7, 0, 100 });
        folder.Write($"{part}-images-idx3-ubyte", [0, 0, 8, 3, 0, 0, 0, (byte)labels.Length, 0, 0, 0, 2, 0, 0, 0, 2, .. images]);
        folder.Write($"{part}-labels-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, (byte)labels.Length, .. labels]);
    }
}
