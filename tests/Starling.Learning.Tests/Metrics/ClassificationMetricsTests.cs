using Starling.Core.Kernel;
using Starling.Learning.Metrics;

namespace Starling.Learning.Tests.Metrics;

public sealed class ClassificationMetricsTests
{
    [Fact]
    public void PredictionIsTheFirstHighestAndNeverNaN()
    {
        Assert.Equal(1, ClassificationMetrics.Predict([0.1f, 0.5f, 0.5f]));
        Assert.Equal(2, ClassificationMetrics.Predict([float.NaN, 0.1f, 0.5f]));
        Assert.Equal(0, ClassificationMetrics.Predict([0.5f, float.NaN]));
    }

    [Fact]
    public void AccuracyAndF1OfAKnownTable()
    {
        // Class 0: TP 2, FP 1, FN 0; class 1: TP 1, FP 0, FN 2; class 2: TP 1, FP 1, FN 0; class 3 does not occur.
        int[] labels = [0, 0, 1, 1, 1, 2];
        int[] predicted = [0, 0, 0, 1, 2, 2];
        Assert.Equal(4.0 / 6, ClassificationMetrics.Accuracy(predicted, labels));
        Assert.Equal(((4.0 / 5) + (2.0 / 4) + (2.0 / 3)) / 3, ClassificationMetrics.MacroF1(predicted, labels, 4)!.Value, 1e-12);
        Assert.Null(ClassificationMetrics.MacroF1([], [], 4));
        Assert.Equal(0, ClassificationMetrics.Accuracy([], []));
    }

    [Fact]
    public void AucCountsOrderedPairsAndHalfTheTies()
    {
        var random = new SeededRandom(4);
        int[] labels = [.. Enumerable.Range(0, 60).Select(_ => random.Next(3))];
        float[] scores = [.. Enumerable.Range(0, 180).Select(_ => random.Next(5) / 4f)];
        var expected = Enumerable.Range(0, 3).Average(c =>
        {
            var members = Enumerable.Range(0, 60).Where(i => labels[i] == c).Select(i => scores[(i * 3) + c]).ToArray();
            var others = Enumerable.Range(0, 60).Where(i => labels[i] != c).Select(i => scores[(i * 3) + c]).ToArray();
            return members.Average(m => others.Average(o => m > o ? 1.0 : m == o ? 0.5 : 0));
        });
        Assert.Equal(expected, ClassificationMetrics.MacroAuc(scores, labels, 3)!.Value, 1e-12);
    }

    [Fact]
    public void AucIsUndefinedWithoutTwoClassesOrWithNaN()
    {
        Assert.Null(ClassificationMetrics.MacroAuc([0.5f, 0.5f, 0.2f, 0.8f], [1, 1], 2));
        Assert.Null(ClassificationMetrics.MacroAuc([], [], 2));
        Assert.Null(ClassificationMetrics.MacroAuc([0.5f, 0.5f, float.NaN, 0.8f], [0, 1], 2));
        Assert.Equal(1, ClassificationMetrics.MacroAuc([0.9f, 0.1f, 0.2f, 0.8f], [0, 1], 2));
    }
}
