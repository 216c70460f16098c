using System.Text.Json;
using Starling.Cli.Commands;

namespace Starling.Cli.Tests.Commands;

public sealed class PredictionLineTests
{
    /// <summary>Red if the rows behind one whose probability is no number are lost, as JSON has no such numbers.</summary>
    [Theory]
    [InlineData(float.NaN, "{\"row\":3,\"label\":\"a\",\"predicted\":\"b\"}")]
    [InlineData(float.PositiveInfinity, "{\"row\":3,\"label\":\"a\",\"predicted\":\"b\"}")]
    [InlineData(0.5f, "{\"row\":3,\"label\":\"a\",\"predicted\":\"b\",\"probability\":0.5}")]
    public void A_probability_that_is_no_number_is_left_out(float probability, string line) =>
        Assert.Equal(line, JsonSerializer.Serialize(PredictionLine.Of(3, "a", "b", probability), CliJson.Default.PredictionLine));
}
