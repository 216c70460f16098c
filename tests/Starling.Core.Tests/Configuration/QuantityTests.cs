using Starling.Core.Configuration;

namespace Starling.Core.Tests.Configuration;

public sealed class QuantityTests
{
    [Theory]
    [InlineData("500ms", 500, "500ms")]
    [InlineData("2s", 2_000, "2s")]
    [InlineData("1m30s", 90_000, "1m30s")]
    [InlineData("1.5h", 5_400_000, "1h30m")]
    [InlineData("1d2h", 93_600_000, "1d2h")]
    [InlineData("0", 0, "0")]
    [InlineData("0s", 0, "0")]
    [InlineData("1s500ms", 1_500, "1s500ms")]
    public void DurationsAreReadAndWritten(string text, int milliseconds, string written)
    {
        Assert.True(Duration.TryParse(text, out var span));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), span);
        Assert.Equal(written, Duration.Format(span));
        Assert.True(Duration.TryParse(written, out var again));
        Assert.Equal(span, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("1 s")]
    [InlineData("1s1m")]
    [InlineData("1s1s")]
    [InlineData("1.2.3s")]
    [InlineData("1w")]
    [InlineData("999999999999999d")]
    [InlineData("9999999999999999999s")]
    public void OtherDurationsAreNot(string text) => Assert.False(Duration.TryParse(text, out _));

    [Theory]
    [InlineData("100MB", 100_000_000, "100MB")]
    [InlineData("4MiB", 4_194_304, "4MiB")]
    [InlineData("1.5KiB", 1_536, "1536B")]
    [InlineData("17", 17, "17B")]
    [InlineData("17 B", 17, "17B")]
    [InlineData("2kB", 2_000, "2kB")]
    [InlineData("3GB", 3_000_000_000, "3GB")]
    [InlineData("0", 0, "0")]
    public void SizesAreReadAndWritten(string text, long bytes, string written)
    {
        Assert.True(ByteSize.TryParse(text, out var read));
        Assert.Equal(bytes, read);
        Assert.Equal(written, ByteSize.Format(bytes));
        Assert.True(ByteSize.TryParse(written, out var again));
        Assert.Equal(bytes, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MB")]
    [InlineData("-1MB")]
    [InlineData("1mb")]
    [InlineData("1e3MB")]
    [InlineData("99999999999GiB")]
    [InlineData("999999999999999999GiB")]
    [InlineData("9999999999999999999999999999999")]
    public void OtherSizesAreNot(string text) => Assert.False(ByteSize.TryParse(text, out _));

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("abc", "", 3)]
    [InlineData("seed", "SEED", 0)]
    [InlineData("minPers", "minPeers", 1)]
    [InlineData("rouns", "rounds", 1)]
    [InlineData("roudns", "rounds", 1)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("ca", "abc", 3)]
    public void DistanceCountsEditsAndSwaps(string left, string right, int distance)
    {
        Assert.Equal(distance, NearestName.Distance(left, right));
        Assert.Equal(distance, NearestName.Distance(right, left));
    }

    [Fact]
    public void TheNearestNameIsWithinASlip()
    {
        Assert.Equal("learningRate", NearestName.Of("lerningrate", ["hidden", "learningRate", "batch"]));
        Assert.Null(NearestName.Of("zebra", ["hidden", "learningRate", "batch"]));
        Assert.Null(NearestName.Of(new string('x', 1 << 20), ["hidden"]));
    }
}
