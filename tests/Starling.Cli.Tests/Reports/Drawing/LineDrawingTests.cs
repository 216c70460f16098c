using Starling.Cli.Reports.Drawing;

namespace Starling.Cli.Tests.Reports.Drawing;

public sealed class LineDrawingTests
{
    [Fact]
    public void A_thinned_line_keeps_its_peaks_and_ends()
    {
        var points =
            Enumerable.Range(0, 10_000).Select(i => ((double)i, i switch { 4321 => 9.0, 7000 => -9.0, _ => Math.Sin(i) })).ToList();
        var kept = PeakSampling.Reduce(points, 100);
        Assert.InRange(kept.Count, 4, 100);
        Assert.Contains((4321.0, 9.0), kept);
        Assert.Contains((7000.0, -9.0), kept);
        Assert.Equal((points[0], points[^1]), (kept[0], kept[^1]));
        Assert.Equal(kept.OrderBy(point => point.X), kept);
    }

    [Fact]
    public void A_short_line_stays_as_it_is()
    {
        (double, double)[] points = [(1, 2), (2, 3), (3, 1)];
        Assert.Equal(points, PeakSampling.Reduce(points, 4));
    }

    [Fact]
    public void A_smoothed_line_keeps_its_mean()
    {
        var points = Enumerable.Range(0, 1200).Select(i => ((double)i, (double)(i % 2))).ToList();
        var smooth = MeanSampling.Reduce(points);
        Assert.Equal(60, smooth.Count);
        Assert.All(smooth, point => Assert.Equal(0.5, point.Y));
        Assert.Equal((9.5, 1189.5), (smooth[0].X, smooth[^1].X));
    }

    [Fact]
    public void Labels_do_not_cover_each_other_and_keep_their_order()
    {
        var places = Labels.Spread([50, 51, 10, 99], 12, 0, 100);
        var sorted = places.Order().ToArray();
        Assert.Equal([10, 50, 62, 99], new[] { places[2], places[0], places[1], places[3] }.Select(place => Math.Round(place)));
        Assert.All(sorted.Zip(sorted.Skip(1)), pair => Assert.True(pair.Second - pair.First >= 12));
        Assert.Equal([76, 88, 100], Labels.Spread([100, 100, 100], 12, 0, 100));
    }

    [Fact]
    public void Blocks_hold_every_round_once()
    {
        var blocks = RoundBlocks.Over(1, 1000, 160);
        Assert.InRange(blocks.Count, 100, 160);
        Assert.Equal((0, blocks.Count - 1), (blocks.Of(1), blocks.Of(1000)));
        Assert.Equal(("1–7", "995–1000"), (blocks.Name(0), blocks.Name(blocks.Count - 1)));
        Assert.Equal("3", RoundBlocks.Over(1, 160, 160).Name(2));
    }
}
