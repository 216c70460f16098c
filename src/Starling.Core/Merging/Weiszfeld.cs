namespace Starling.Core.Merging;

/// <summary>
/// The geometric median of points of which only the distances are known. Every iterate of Weiszfeld's algorithm is a weighted mean of the
/// points, so it is held as those weights: the squared distance of point i to the iterate with coefficients c is (D c)_i - c'Dc / 2, and
/// the squared length of a difference with coefficients d (which sum to 0) is -d'Dd / 2, where D holds the squared distances between the
/// points. It begins at the mean of the ball in which most of the weight lies, and no step makes the sum of distances greater, so that a
/// few far points lead it nowhere, however soon it stops. All in float64, in the points' order. Sources: Weiszfeld (1937); Vardi and Zhang,
/// "The multivariate L1-median and associated data depth" (2000), for an iterate that meets a point.
/// </summary>
internal sealed class Weiszfeld
{
    // What rounding may make of a sum, as a part of its terms' sizes; that of the distances themselves is the greater share.
    private const double Rounding = 1e-13;

    private readonly int count;
    private readonly double[] squares;
    private readonly double[] weights;
    private readonly MajorityBall ball;

    /// <summary>Takes the points' squared distances, row-major, their weights, and the ball in which most of the weight lies.</summary>
    internal Weiszfeld(double[] squares, double[] weights, MajorityBall ball)
    {
        this.squares = squares;
        this.weights = weights;
        this.ball = ball;
        count = weights.Length;
    }

    /// <summary>Iterates from the weighted mean of the points in the ball.</summary>
    /// <param name="tolerance">Stops when a step is shorter than this part of the ball's radius.</param>
    /// <param name="iterations">Stops after as many.</param>
    /// <returns>The coefficients of the median, which sum to 1.</returns>
    internal double[] Solve(double tolerance, int iterations)
    {
        // More than half of the weight at one place is the median, whatever the others do.
        if (ball.SquaredRadius == 0)
            return Only(ball.Centre);
        if (FindMedianPoint() is { } point)
            return Only(point);
        var current = MeanOfBall();
        for (var i = 0; i < iterations; i++)
        {
            if (Step(current) is not { } next)
                break;
            var step = Distance(next, current);
            current = next;
            if (step <= tolerance * Math.Sqrt(ball.SquaredRadius))
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

    private double[] MeanOfBall()
    {
        var held = new double[count];
        for (var i = 0; i < count; i++)
            held[i] = Square(ball.Centre, i) <= ball.SquaredRadius ? weights[i] : 0;
        var total = held.Sum();
        return Array.ConvertAll(held, weight => weight / total);
    }

    // If the median is a point, it is the point with the least sum of distances. Weiszfeld's steps would only creep up to it.
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

        return IsMedian(best) ? best : null;
    }

    // A point is the median exactly if the others together do not pull at it harder than its own weight. The square of their pull is the
    // sum of w_i w_k times the cosine of the angle between i and k, seen from the point, over all i and k. Each cosine is taken as large as
    // rounding may have made it small, so that a point is called the median only where that is sure.
    private bool IsMedian(int point)
    {
        var own = 0d;
        var pull = 0d;
        for (var i = 0; i < count; i++)
        {
            var near = Square(point, i);
            if (near == 0)
            {
                own += weights[i];
                continue;
            }

            pull += weights[i] * weights[i];
            for (var k = 0; k < i; k++)
                if (Square(point, k) is > 0 and var far)
                {
                    var cosine = (near + far - Square(i, k) + (Rounding * (near + far + Square(i, k))))
                        / (2 * Math.Sqrt(near) * Math.Sqrt(far));
                    pull += 2 * weights[i] * weights[k] * Math.Min(1, cosine);
                }
        }

        return pull < own * own;
    }

    // Null if the iterate is the median.
    private double[]? Step(double[] current)
    {
        var products = Multiply(current);
        var inner = Dot(current, products) / 2;
        var next = new double[count];
        double pull = 0, met = 0;
        for (var i = 0; i < count; i++)
        {
            // All terms of both sums are positive, so that the sums are their terms' sizes.
            var square = products[i] - inner;
            if (square <= Rounding * (products[i] + inner))
            {
                met += weights[i];
                continue;
            }

            next[i] = weights[i] / Math.Sqrt(square);
            pull += next[i];
        }

        if (pull == 0)
            return null;
        for (var i = 0; i < count; i++)
            next[i] /= pull;
        if (met == 0)
            return next;
        var force = pull * Distance(next, current);
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

    private double Distance(double[] to, double[] from)
    {
        var difference = new double[count];
        for (var i = 0; i < count; i++)
            difference[i] = to[i] - from[i];
        return Math.Sqrt(Math.Max(0, -Dot(difference, Multiply(difference)) / 2));
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0d;
        for (var i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }
}
