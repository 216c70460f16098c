namespace Starling.Core.Merging;

/// <summary>
/// Where most points are and how close they lie: the smallest ball around one of them that holds more than half of the weight. Points with
/// less than half of it cannot move it away from the others or make it wider than they are, wherever they lie: it is compared with no sum.
/// </summary>
/// <param name="Centre">The point that it is around; of equal balls the first.</param>
/// <param name="SquaredRadius">Its squared radius; 0 if points at one place have more than half of the weight.</param>
internal readonly record struct MajorityBall(int Centre, double SquaredRadius)
{
    /// <summary>Finds the ball.</summary>
    /// <param name="squares">The points' squared distances, row-major.</param>
    /// <param name="weights">Their weights, whole numbers.</param>
    internal static MajorityBall Find(double[] squares, double[] weights)
    {
        var total = weights.Sum();
        var best = new MajorityBall(0, double.PositiveInfinity);
        var row = new double[weights.Length];
        var carried = new double[weights.Length];
        for (var centre = 0; centre < weights.Length; centre++)
        {
            squares.AsSpan(centre * weights.Length, weights.Length).CopyTo(row);
            weights.CopyTo(carried, 0);
            Array.Sort(row, carried);
            var held = 0d;
            for (var i = 0; i < row.Length && row[i] < best.SquaredRadius; i++)
            {
                held += carried[i];
                if (2 * held > total)
                    best = new MajorityBall(centre, row[i]);
            }
        }

        return best;
    }
}
