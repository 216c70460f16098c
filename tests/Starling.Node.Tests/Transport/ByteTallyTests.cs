using Starling.Node.Tests.Loop;
using Starling.Node.Transport;

namespace Starling.Node.Tests.Transport;

public sealed class ByteTallyTests
{
    [Fact]
    public void BytesAreToldNowAndThenAndNoneIsLost()
    {
        var (clock, told) = (new ManualTime(), new List<int>());
        var tally = new ByteTally(clock, told.Add);
        for (var i = 0; i < 49; i++)
            Add(1);
        Assert.Empty(told);
        Add(1);
        Assert.Equal([50], told);
        Add(7);
        tally.Tell();
        tally.Tell();
        Assert.Equal([50, 7], told);

        void Add(int bytes)
        {
            clock.Advance(TimeSpan.FromMilliseconds(1));
            tally.Add(bytes);
        }
    }
}
