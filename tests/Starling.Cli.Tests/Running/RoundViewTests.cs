using Starling.Cli.Running;
using Starling.Cli.Runs;

namespace Starling.Cli.Tests.Running;

public sealed class RoundViewTests
{
    /// <summary>Red if nodes whose models score alike count as one.</summary>
    [Fact]
    public void Each_nodes_own_model_counts_in_the_mean()
    {
        var round = new RoundView(1);
        Assert.Null(round.Merged);
        foreach (var (node, accuracy) in new[] { ("a", 0.9), ("b", 0.9), ("c", 0.6) })
            round.Of(node).Merged = new Score(1 - accuracy, accuracy, null, accuracy, 100);
        Assert.Equal(0.8, round.Merged!.Accuracy!.Value, 1e-12);
        Assert.Equal(0.2, round.Merged.Loss!.Value, 1e-12);
        Assert.Null(round.Merged.Auc);
    }

    /// <summary>Red if the score of a merge that all nodes measured alike is moved by rounding.</summary>
    [Fact]
    public void Of_equal_scores_it_is_that_very_one()
    {
        var round = new RoundView(1);
        foreach (var node in new[] { "a", "b", "c" })
            round.Of(node).Merged = new Score(0.1, 0.1, 0.7, 0.3, 100);
        Assert.Equal(new Score(0.1, 0.1, 0.7, 0.3, 100), round.Merged);
    }
}
