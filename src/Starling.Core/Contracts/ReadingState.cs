using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;

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

    /// <summary>
    /// The digest of each folded entry's stored bytes. What the ledger shows later is compared with these: the chain covers neither key
    /// nor signature, and a fold that starts anew with others of them takes another course.
    /// </summary>
    public ImmutableList<Digest> Stored { get; init; } = [];

    /// <summary>The chain of hashes over those.</summary>
    public Digest StoredHead { get; init; }

    /// <summary>
    /// Whether the latest page showed no more than what was known, though the ledger has more: it may have had room for nothing else. The
    /// next read begins behind that, and the one after it compares again.
    /// </summary>
    public bool SkipsKnown { get; init; }

    /// <summary>Whether everything that the backend had was folded, the latest time that it was read.</summary>
    public bool HasCaughtUp { get; init; }

    /// <summary>
    /// The height that this node had folded when it signed its last entry: below it, the mirror and the ledger's answer are stale.
    /// </summary>
    public long KnownHeight { get; init; }

    /// <summary>How many entries a peer has promised since the latest read began; 0 for none.</summary>
    public long Promised { get; init; }

    /// <summary>How many entries were promised before the latest read began, which it is to show.</summary>
    public long Expected { get; init; }

    /// <summary>When peers' promises are acted upon: later than at once after one that was not kept.</summary>
    public Instant HintsCountAt { get; init; }

    /// <summary>When to read without a reason.</summary>
    public Instant NextRead { get; init; }

    /// <summary>Since when the backend shows fewer entries than were folded; never if it does not.</summary>
    public Instant ShortSince { get; init; } = Instant.Never;

    /// <summary>The same with one more entry folded.</summary>
    /// <param name="stored">The digest of its stored bytes.</param>
    public ReadingState With(Digest stored) =>
        this with { Stored = Stored.Add(stored), StoredHead = ChainHash.Next(StoredHead, stored) };
}
