using Starling.Core.Configuration;

namespace Starling.Core.Tests.Configuration;

public sealed class NearestNameTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("", "abc", 3)]
    [InlineData("rounds", "ROUNDS", 0)]
    [InlineData("ruonds", "rounds", 1)]
    [InlineData("round", "rounds", 1)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("ca", "abc", 3)]
    public void The_distance_counts_edits(string left, string right, int expected)
    {
        Assert.Equal(expected, NearestName.Distance(left, right));
        Assert.Equal(expected, NearestName.Distance(right, left));
    }

    [Fact]
    public void Only_the_first_64_characters_count() =>
        Assert.Equal(64, NearestName.Distance(new string('a', 5000), new string('b', 5000)));

    // A file may hold thousands of wrong names, each of which is compared with all that there are.
    [Fact]
    public void Comparing_takes_no_memory() => Assert.Equal(0, AllocatedBytes.Of(() =>
    {
        for (var i = 0; i < 100; i++)
            NearestName.Distance("left", "right");
    }));
}
