namespace Starling.Core.Kernel;

/// <summary>A point on a node's monotonic clock, in nanoseconds since some fixed moment. Two nodes' instants cannot be compared.</summary>
public readonly record struct Instant(long Nanoseconds) : IComparable<Instant>
{
    /// <summary>The moment from which a node counts.</summary>
    public static Instant Zero => default;

    /// <summary>A moment that never comes.</summary>
    public static Instant Never => new(long.MaxValue);

    /// <inheritdoc/>
    public int CompareTo(Instant other) => Nanoseconds.CompareTo(other.Nanoseconds);

    /// <summary>A later moment.</summary>
    public static Instant operator +(Instant at, TimeSpan span) => new(at.Nanoseconds + (span.Ticks * 100));

    /// <summary>The time between two moments.</summary>
    public static TimeSpan operator -(Instant later, Instant earlier) => new((later.Nanoseconds - earlier.Nanoseconds) / 100);

    public static bool operator <(Instant left, Instant right) => left.Nanoseconds < right.Nanoseconds;

    public static bool operator >(Instant left, Instant right) => left.Nanoseconds > right.Nanoseconds;

    public static bool operator <=(Instant left, Instant right) => left.Nanoseconds <= right.Nanoseconds;

    public static bool operator >=(Instant left, Instant right) => left.Nanoseconds >= right.Nanoseconds;

    /// <inheritdoc/>
    public override string ToString() => $"{Nanoseconds / 1_000_000_000m:0.000000}s";
}
