using Starling.Node.Transport;

namespace Starling.Node.Tests.Transport;

public sealed class ProtocolVersionsTests
{
    /// <summary>Red if two adjacent versions do not go together, or two that have nothing in common do.</summary>
    [Theory]
    [InlineData(1, 1, 1, 1, 1)]
    [InlineData(1, 2, 1, 1, 1)]
    [InlineData(1, 2, 2, 3, 2)]
    [InlineData(2, 3, 1, 4, 3)]
    [InlineData(2, 3, 1, 1, null)]
    [InlineData(1, 2, 3, 4, null)]
    public void Two_speak_the_newest_that_both_know(uint oldest, uint newest, uint otherOldest, uint otherNewest, int? agreed)
    {
        var (self, other) = (new ProtocolVersions(oldest, newest), ProtocolVersions.Of(otherNewest, otherOldest));
        Assert.Equal((uint?)agreed, self.Agree(other));
        Assert.Equal((uint?)agreed, other.Agree(self));
    }

    [Theory]
    [InlineData(3, 0, "version 3")]
    [InlineData(3, 9, "version 3")]
    [InlineData(3, 2, "versions 2 to 3")]
    public void Who_names_no_oldest_version_speaks_one(uint newest, uint oldest, string words) =>
        Assert.Equal(words, ProtocolVersions.Of(newest, oldest).ToString());
}
