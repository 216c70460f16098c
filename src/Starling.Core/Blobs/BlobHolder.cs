using Starling.Core.Kernel;

namespace Starling.Core.Blobs;

/// <summary>How a peer behaves as the holder of one blob.</summary>
/// <param name="Failures">Failures one after another; a success ends the row.</param>
/// <param name="RestsUntil">When it may be asked again.</param>
/// <param name="Corrupt">How many answers did not hash to what was asked for.</param>
/// <param name="LastAsked">The operation of the latest request, 0 before the first.</param>
/// <param name="Misses">How often in a row it did not have yet what it was asked for, though it fetches the blob itself.</param>
public sealed record BlobHolder(int Failures, Instant RestsUntil, int Corrupt, long LastAsked, int Misses = 0)
{
    /// <summary>A holder of whom nothing is known.</summary>
    public static BlobHolder Fresh { get; } = new(0, Instant.Zero, 0, 0);

    /// <summary>It does not have it yet. That is no failure; it is asked again soon, and then less and less often.</summary>
    internal BlobHolder Missed(Instant now) =>
        RestsUntil > now ? this : this with { Misses = Math.Min(Misses + 1, 30), RestsUntil = now + BlobTransferOptions.MissPause(Misses) };

    /// <summary>After a failure. Several failures at once are one: only the first lengthens the rest.</summary>
    /// <param name="now">The moment.</param>
    /// <param name="options">How long the rest is.</param>
    /// <param name="isBehind">Whether it may only be a moment behind on the ledger, so that it will soon know that it may give the
    /// blob, or have it.</param>
    internal BlobHolder Failed(Instant now, BlobTransferOptions options, bool isBehind)
    {
        if (RestsUntil > now)
            return this;
        var failures = Math.Min(Failures + 1, 30);
        return this with
        {
            Failures = failures,
            RestsUntil = now + options.BackOff(failures, isBehind ? BlobTransferOptions.LeastMissPause : options.LeastBackOff)
        };
    }
}
