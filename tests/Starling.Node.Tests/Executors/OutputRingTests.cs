using System.Text;
using Starling.Node.Executors;

namespace Starling.Node.Tests.Executors;

public sealed class OutputRingTests
{
    [Fact]
    public void A_reader_that_comes_back_gets_what_is_new_and_learns_what_it_missed()
    {
        var ring = new OutputRing();
        ring.Append("first"u8);
        Assert.Equal((0, "first"), Read(ring, 0));
        ring.Append("second"u8);
        Assert.Equal((5, "second"), Read(ring, 5));
        Assert.Equal((11, ""), Read(ring, 11));
        Assert.Equal((11, ""), Read(ring, 99));
        ring.Append(new byte[OutputRing.Capacity - 1]);
        ring.Append("x"u8);
        var (from, bytes) = ring.Read(5);
        Assert.Equal((11L, OutputRing.Capacity, (byte)'x'), (from, bytes.Length, bytes[^1]));
    }

    [Fact]
    public async Task Waiting_ends_with_more_or_with_the_end()
    {
        var ring = new OutputRing();
        var more = ring.WaitAsync(0, TestContext.Current.CancellationToken);
        Assert.False(more.IsCompleted);
        ring.Append("x"u8);
        Assert.True(await more);
        var end = ring.WaitAsync(1, TestContext.Current.CancellationToken);
        ring.Complete();
        Assert.False(await end);
        Assert.True(await ring.WaitAsync(0, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_tail_is_safe_to_show()
    {
        var ring = new OutputRing();
        ring.Append("a\u001b[31mb\r\n\tc\0\u0085"u8);
        Assert.Equal("a\uFFFD[31mb\uFFFD\n\tc\uFFFD\uFFFD", ring.Tail(100));
        Assert.Equal("c\uFFFD\uFFFD", ring.Tail(4));
    }

    private static (long, string) Read(OutputRing ring, long from)
    {
        var (at, bytes) = ring.Read(from);
        return (at, Encoding.ASCII.GetString(bytes));
    }
}
