namespace Starling.Core.Merging;

/// <summary>
/// The geometric median of points of which only the distances are known. Every iterate of Weiszfeld's algorithm is a weighted mean of the
/// points, so it is held as those weights: the squared distance of point i to the iterate with coefficients c is (D c)_i - c'Dc / 2, and
/// the squared length of a difference with coefficients d (which sum to 0) is -d'Dd / 2, where D holds the squared distances between the
/// points. All in float64, in the points' order. Sources: Weiszfeld (1937); Vardi and Zhang, "The multivariate L1-median and associated
/// data depth" (2000), for an iterate that meets a point.
/// </summary>
internal sealed class Weiszfeld
{
    // Squared distances below this part of the largest one are rounding errors of the formula: the iterate is at the point.
    private const double Nothing = 1e-14;

    // How much a point must outweigh the pull of the others to be called the median; without it rounding would decide between equals.
    private const double Margin = 1e-9;

    private readonly int count;
    private readonly double[] squares;
    private readonly double[] weights;
    private readonly double total;
    private readonly double largest;

    /// <summary>Takes the points' squared distances, row-major, and their weights.</summary>
    internal Weiszfeld(double[] squares, double[] weights)
    {
        this.squares = squares;
        this.weights = weights;
        count = weights.Length;
        total = weights.Sum();
        largest = squares.Max();
    }

    /// <summary>Iterates from the weighted mean.</summary>
    /// <param name="tolerance">Stops when a step is shorter than this part of the points' mean distance to the iterate.</param>
    /// <param name="iterations">Stops after as many.</param>
    /// <returns>The coefficients of the median, which sum to 1.</returns>
    internal double[] Solve(double tolerance, int iterations)
    {
        var current = Array.ConvertAll(weights, weight => weight / total);
        if (largest == 0)
            return current;
        if (FindMedianPoint() is { } point)
            return Only(point);
        for (var i = 0; i < iterations; i++)
        {
            var next = Step(current, out var meanDistance);
            if (next is null)
                break;
            var step = Length(Array.ConvertAll(Enumerable.Range(0, count).ToArray(), k => next[k] - current[k]));
            current = next;
            if (step <= tolerance * meanDistance)
                break;
        }

        return current;
    }

    private double[] Only(int point)
    {
        var coefficients = new double[count];
        coefficients[point] = 1;
        return coefficients;
    }

    // If the median is a point, it is the point with the least sum of distances; and a point is the median exactly if the others together
    // do not pull at it harder than its own weight. Weiszfeld's steps would only creep up to it.
    private int? FindMedianPoint()
    {
        var best = 0;
        var least = double.PositiveInfinity;
        for (var i = 0; i < count; i++)
        {
            var sum = 0d;
            for (var k = 0; k < count; k++)
                sum += weights[k] * Math.Sqrt(Square(i, k));
            if (sum < least)
                (best, least) = (i, sum);
        }

        var pull = new double[count];
        var own = 0d;
        for (var i = 0; i < count; i++)
            if (Square(best, i) <= Nothing * largest)
                own += weights[i];
            else
                pull[i] = weights[i] / Math.Sqrt(Square(best, i));
        pull[best] = -pull.Sum();
        return Length(pull) < own * (1 - Margin) ? best : null;
    }

    // Null if the iterate is the median.
    private double[]? Step(double[] current, out double meanDistance)
    {
        var products = Multiply(current);
        var inner = Dot(current, products) / 2;
        var next = new double[count];
        double pull = 0, met = 0;
        meanDistance = 0;
        for (var i = 0; i < count; i++)
        {
            var square = products[i] - inner;
            if (square <= Nothing * largest)
            {
                met += weights[i];
                continue;
            }

            var distance = Math.Sqrt(square);
            meanDistance += weights[i] * distance / total;
            next[i] = weights[i] / distance;
            pull += next[i];
        }

        for (var i = 0; i < count; i++)
            next[i] /= pull;
        if (met == 0)
            return next;
        var force = pull * Length(Array.ConvertAll(Enumerable.Range(0, count).ToArray(), k => next[k] - current[k]));
        if (force <= met)
            return null;
        var stay = met / force;
        for (var i = 0; i < count; i++)
            next[i] = ((1 - stay) * next[i]) + (stay * current[i]);
        return next;
    }

    private double Square(int a, int b) => squares[(a * count) + b];

    private double[] Multiply(double[] vector)
    {
        var products = new double[count];
        for (var i = 0; i < count; i++)
            products[i] = Dot(squares.AsSpan(i * count, count), vector);
        return products;
    }

    private double Length(double[] difference) => Math.Sqrt(Math.Max(0, -Dot(difference, Multiply(difference)) / 2));

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0d;
        for (var i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }
}
