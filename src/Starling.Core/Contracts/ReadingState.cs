using Starling.Core.Kernel;

namespace Starling.Core.Contracts;

/// <summary>How a node reads a contract's ledger.</summary>
public sealed record ReadingState
{
    /// <summary>Whether a read is under way.</summary>
    public bool IsReading { get; init; }

    /// <summary>When the latest read began.</summary>
    public Instant BegunAt { get; init; }

    /// <summary>When the latest read began that was answered.</summary>
    public Instant SeenAt { get; init; }

    /// <summary>Whether the latest read that ended was not answered.</summary>
    public bool HasFailed { get; init; }

    /// <summary>Whether there is reason to read at once.</summary>
    public bool ReadAgain { get; init; } = true;

    /// <summary>Up to which height the backend was compared with the mirror since this node started.</summary>
    public long Compared { get; init; }

    /// <summary>Whether everything that the backend had was folded, the latest time that it was read.</summary>
    public bool HasCaughtUp { get; init; }

    /// <summary>
    /// The height that this node had folded when it signed its last entry: below it, the mirror and the ledger's answer are stale.
    /// </summary>
    public long KnownHeight { get; init; }

    /// <summary>When to read without a reason.</summary>
    public Instant NextRead { get; init; }

    /// <summary>Since when the backend shows fewer entries than were folded; never if it does not.</summary>
    public Instant ShortSince { get; init; } = Instant.Never;
}
