namespace Starling.Learning.Data.Profiles;

/// <summary>Range, mean and deviation of numbers, one at a time (Welford, 1962).</summary>
internal struct Moments
{
    private double mean, squares, least, greatest;

    /// <summary>How many numbers there were.</summary>
    public long Count { get; private set; }

    public readonly double? Least => Count > 0 ? least : null;

    public readonly double? Greatest => Count > 0 ? greatest : null;

    public readonly double? Mean => Count > 0 ? mean : null;

    /// <summary>The standard deviation of all of them.</summary>
    public readonly double? Deviation => Count > 0 ? Math.Sqrt(squares / Count) : null;

    /// <summary>Takes a finite number in.</summary>
    public void Add(double value)
    {
        (least, greatest) = Count == 0 ? (value, value) : (Math.Min(least, value), Math.Max(greatest, value));
        var distance = value - mean;
        mean += distance / ++Count;
        squares += distance * (value - mean);
    }
}
