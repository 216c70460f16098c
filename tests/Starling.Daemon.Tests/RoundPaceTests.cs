using Starling.Api.Events;

namespace Starling.Daemon.Tests;

public sealed class RoundPaceTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// Red if a pace is told before there is one, if rounds that nobody heard of count as none, if what is heard again counts twice, or if
    /// less than nothing is left.
    /// </summary>
    [Fact]
    public void What_is_left_is_told_from_the_second_round_on()
    {
        var pace = new RoundPace();
        Assert.Equal((0L, null), (pace.Round, pace.Remaining(10)));
        pace.Reach(2, Start);
        Assert.Equal((2L, null), (pace.Round, pace.Remaining(10)));
        pace.Reach(4, Start.AddSeconds(6));
        pace.Reach(4, Start.AddSeconds(60));
        Assert.Equal((4L, TimeSpan.FromSeconds(18)), (pace.Round, pace.Remaining(10)));
        pace.Reach(11, Start.AddSeconds(27));
        Assert.Equal(TimeSpan.Zero, pace.Remaining(10));
    }

    /// <summary>Red if rounds of long ago slow the pace down, or what an admin had begin again is taken for a step back.</summary>
    [Fact]
    public void The_latest_rounds_alone_count()
    {
        var pace = new RoundPace();
        pace.Reach(1, Start.AddHours(-1));
        for (var round = 2; round <= 9; round++)
            pace.Reach(round, Start.AddSeconds(round));
        Assert.Equal(TimeSpan.FromSeconds(11), pace.Remaining(20));
        pace.Reach(3, Start.AddSeconds(20));
        Assert.Equal((3L, null), (pace.Round, pace.Remaining(20)));
        pace.Reach(4, Start.AddSeconds(22));
        Assert.Equal(TimeSpan.FromSeconds(32), pace.Remaining(20));
    }
}
