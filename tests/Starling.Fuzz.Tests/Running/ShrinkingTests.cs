using System.Text;
using Starling.Fuzz.Running;

namespace Starling.Fuzz.Tests.Running;

public sealed class ShrinkingTests
{
    [Fact]
    public void Nothing_is_left_but_what_matters()
    {
        var input = Encoding.ASCII.GetBytes("some text with x in it, and then a y, and more");
        var small = Shrinking.Shrink(input,
            bytes => bytes.Contains((byte)'x') && bytes.AsSpan().IndexOf((byte)'y') > bytes.AsSpan().IndexOf((byte)'x'), 10_000);
        Assert.Equal("xy", Encoding.ASCII.GetString(small));
    }

    [Fact]
    public void Bytes_that_must_be_there_but_may_be_any_become_plain() =>
        Assert.Equal("aaa", Encoding.ASCII.GetString(Shrinking.Shrink("xyz1234"u8.ToArray(), bytes => bytes.Length >= 3, 10_000)));

    [Fact]
    public void It_ends_when_its_trials_do()
    {
        var trials = 0;
        Shrinking.Shrink(new byte[1000], _ => ++trials < 0, 7);
        Assert.Equal(7, trials);
    }
}
