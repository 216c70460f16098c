namespace Starling.Learning.Tests.Networks;

/// <summary>Compares a gradient with what small steps do to a loss that is computed in another way.</summary>
internal static class FiniteDifferences
{
    /// <summary>Steps along each value in turn.</summary>
    /// <param name="loss">The loss at the values as they stand.</param>
    /// <param name="values">What it depends on; unchanged in the end.</param>
    /// <param name="gradient">What is claimed.</param>
    public static void AssertGradient(Func<double> loss, float[] values, float[] gradient)
    {
        Assert.Equal(values.Length, gradient.Length);
        for (var i = 0; i < values.Length; i++)
        {
            var (kept, step) = (values[i], 1e-4f);
            values[i] = kept + step;
            var above = loss();
            values[i] = kept - step;
            var below = loss();
            values[i] = kept;
            Assert.Equal((above - below) / ((kept + step) - (double)(kept - step)), gradient[i], 2e-3);
        }
    }
}
