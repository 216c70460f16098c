using Starling.Core.Kernel;
using Starling.Simulation.Scheduling;

namespace Starling.Simulation.Tests.Scheduling;

public sealed class EventHeapTests
{
    [Fact]
    public void EventsHappenInTheOrderOfTheirTimesAndThenOfTheAsking()
    {
        var heap = new EventHeap();
        var seen = new List<string>();
        heap.After(TimeSpan.FromSeconds(2), () => seen.Add("late"));
        heap.After(TimeSpan.FromSeconds(1), () =>
        {
            seen.Add("first");
            heap.After(TimeSpan.Zero, () => seen.Add("third"));
        });
        heap.After(TimeSpan.FromSeconds(1), () => seen.Add("second"));
        while (heap.Step(TimeSpan.FromSeconds(1)))
        {
        }

        Assert.Equal(["first", "second", "third"], seen);
        Assert.Equal(TimeSpan.FromSeconds(1), heap.Now);
        Assert.True(heap.Step(TimeSpan.FromSeconds(5)));
        Assert.Equal(TimeSpan.FromSeconds(2), heap.Now);
    }

    [Theory]
    [InlineData(0.9)]
    [InlineData(1)]
    [InlineData(1.1)]
    public void AClockIsReadBackAtTheFirstMomentThatShowsIt(double rate)
    {
        var clock = new LocalClock(TimeSpan.FromHours(3), rate);
        var random = new SeededRandom(1);
        for (var i = 0; i < 1000; i++)
        {
            var local = clock.Show(random.Between(TimeSpan.Zero, TimeSpan.FromHours(1)));
            var world = clock.When(local);
            Assert.True(clock.Show(world) >= local);
            Assert.True(clock.Show(world) - local < TimeSpan.FromTicks(3));
        }

        Assert.Equal(TimeSpan.MaxValue, clock.When(Instant.Never));
    }
}
