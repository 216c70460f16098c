namespace Starling.Core.Merging;

/// <summary>
/// What the kernels need of a vector, so that each is written once for all widths. Every operation works lane by lane and is defined to the
/// bit, so that a kernel gives the same result at any width. None of them fuses a multiplication with an addition.
/// </summary>
/// <typeparam name="TFloat">A vector of float32.</typeparam>
/// <typeparam name="TInt">A vector of as many 32-bit integers.</typeparam>
internal unsafe interface ILanes<TFloat, TInt>
    where TFloat : struct
    where TInt : struct
{
    static abstract int Count { get; }

    static abstract TFloat Load(ref float first, nuint offset);

    static abstract void Store(TFloat value, ref float first, nuint offset);

    /// <summary>
    /// Stores past the caches, at a multiple of the vector's size that does not move: memory that is written and not read soon
    /// need not be fetched first.
    /// </summary>
    static abstract void StorePastCaches(TFloat value, float* destination);

    static abstract TInt Load(ref int first, nuint offset);

    static abstract void Store(TInt value, ref int first, nuint offset);

    static abstract TFloat Splat(float value);

    static abstract TInt Splat(int value);

    static abstract TFloat Add(TFloat a, TFloat b);

    static abstract TFloat Subtract(TFloat a, TFloat b);

    static abstract TFloat Abs(TFloat value);

    static abstract TFloat Multiply(TFloat a, TFloat b);

    static abstract TFloat Divide(TFloat a, TFloat b);

    /// <summary>b where b is less, else a; so of two zeros the first.</summary>
    static abstract TFloat Smaller(TFloat a, TFloat b);

    /// <summary>b where b is greater, else a; so of two zeros the first.</summary>
    static abstract TFloat Larger(TFloat a, TFloat b);

    /// <summary>Half the sum; where that overflows, the sum of the halves.</summary>
    static abstract TFloat Midpoint(TFloat a, TFloat b);

    /// <summary>An integer that orders as the float does, -0 below +0.</summary>
    static abstract TInt ToKey(TFloat value);

    /// <summary>The float that has this key.</summary>
    static abstract TFloat FromKey(TInt key);

    static abstract TInt Add(TInt a, TInt b);

    static abstract TInt Min(TInt a, TInt b);

    static abstract TInt Max(TInt a, TInt b);

    /// <summary>Where a is less than b, x, else y.</summary>
    static abstract TInt SelectIfLess(TInt a, TInt b, TInt x, TInt y);
}
