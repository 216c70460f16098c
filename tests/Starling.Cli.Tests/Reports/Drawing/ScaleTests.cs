using System.Globalization;
using Starling.Cli.Reports.Drawing;

namespace Starling.Cli.Tests.Reports.Drawing;

public sealed class ScaleTests
{
    [Theory]
    [InlineData(0, 1, "0 0.2 0.4 0.6 0.8 1")]
    [InlineData(0, 24, "0 5 10 15 20")]
    [InlineData(1, 1000, "200 400 600 800 1000")]
    [InlineData(0, 3.9, "0 1 2 3")]
    public void Ticks_are_round_and_few(double least, double most, string expected) => Assert.Equal(
        expected,
        string.Join(' ',
            new Scale(least, most, 0, 100).Ticks(5).Select(tick => Math.Round(tick, 9).ToString(CultureInfo.InvariantCulture))));

    [Fact]
    public void Factors_are_distances_on_a_logarithmic_scale()
    {
        var scale = Scale.Over([0.1, 1, 10], 0, 100, mayBeLogarithmic: true);
        Assert.True(scale.IsLogarithmic);
        Assert.Equal(scale.At(10) - scale.At(1), scale.At(1) - scale.At(0.1), 9);
        Assert.Equal([0.1, 0.2, 0.5, 1, 2, 5, 10], scale.Ticks(5).Select(tick => Math.Round(tick, 9)));
    }

    [Fact]
    public void Zero_and_near_values_stay_on_a_plain_scale()
    {
        Assert.False(Scale.Over([0, 10], 0, 100, mayBeLogarithmic: true).IsLogarithmic);
        Assert.False(Scale.Over([1, 10], 0, 100, mayBeLogarithmic: true).IsLogarithmic);
    }

    [Fact]
    public void What_lies_beyond_is_drawn_at_the_end()
    {
        var scale = new Scale(0, 10, 200, 100);
        Assert.Equal((200, 150, 100), (scale.At(-1), scale.At(5), scale.At(99)));
    }

    [Fact]
    public void A_single_value_has_a_scale()
    {
        var scale = Scale.Over([0], 0, 100);
        Assert.True(scale.Most > scale.Least);
        Assert.InRange(scale.Ticks(5).Count, 2, 12);
    }
}
