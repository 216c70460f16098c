using System.Collections.Immutable;

namespace Starling.Core.Blobs;

/// <summary>How blobs are fetched from other nodes.</summary>
public sealed record BlobTransferOptions
{
    /// <summary>
    /// Requests that one peer is given at a time, 1 to 64. Default 8: enough to fill a link of 100 ms and 600 Mbit/s, and for a fast peer
    /// to have the next one at hand while chunks that came are still hashed.
    /// </summary>
    public int MaxRequestsPerPeer { get; init; } = 8;

    /// <summary>Requests under way in all, 1 to 1,024. Default 32.</summary>
    public int MaxRequests { get; init; } = 32;

    /// <summary>
    /// How long a peer is left alone for a blob after a first failure that is not a miss, 1 ms to 1 minute; doubles with each
    /// further one. Default 200 ms.
    /// </summary>
    public TimeSpan LeastBackOff { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a peer is left alone at most, from <see cref="LeastBackOff"/> to 10 minutes. Default 5 s.</summary>
    public TimeSpan MostBackOff { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a request may bring no byte before another holder is asked instead, 100 ms to 10 minutes. Default 10 s. Doubles each
    /// time that the same chunk is taken from a holder, so that a slow line is not asked in circles.
    /// </summary>
    public TimeSpan StallLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a peer is left alone after a first miss: it does not have what it was asked for, or does not know yet that we may have it.
    /// Doubles with each further one, to 128 times that if the peer fetches the blob itself, else to <see cref="MostBackOff"/>.
    /// </summary>
    public static readonly TimeSpan LeastMissPause = TimeSpan.FromMilliseconds(2);

    /// <summary>A spread that stands still for this part of a stall limit asks the source for one more share.</summary>
    public const int SourceDivisor = 10;

    /// <summary>How long a peer may bring no byte at all before it is asked again, if nobody else can be: this many stall limits.</summary>
    public const int SilenceFactor = 3;

    /// <summary>How long a request may trickle before another holder is asked instead: this many stall limits.</summary>
    public const int TrickleFactor = 6;

    /// <summary>Every value that is out of range, as a sentence each; none if all are well.</summary>
    public ImmutableArray<string> Errors()
    {
        var errors = ImmutableArray.CreateBuilder<string>();
        if (MaxRequestsPerPeer is < 1 or > 64)
            errors.Add($"maxRequestsPerPeer is {MaxRequestsPerPeer}; it must be 1 to 64.");
        if (MaxRequests is < 1 or > 1024)
            errors.Add($"maxRequests is {MaxRequests}; it must be 1 to 1024.");
        if (LeastBackOff < TimeSpan.FromMilliseconds(1) || LeastBackOff > TimeSpan.FromMinutes(1))
            errors.Add($"leastBackOff is {LeastBackOff}; it must be 1 ms to 1 minute.");
        if (MostBackOff < LeastBackOff || MostBackOff > TimeSpan.FromMinutes(10))
            errors.Add($"mostBackOff is {MostBackOff}; it must be leastBackOff ({LeastBackOff}) to 10 minutes.");
        if (StallLimit < TimeSpan.FromMilliseconds(100) || StallLimit > TimeSpan.FromMinutes(10))
            errors.Add($"stallLimit is {StallLimit}; it must be 100 ms to 10 minutes.");
        return errors.ToImmutable();
    }

    internal TimeSpan BackOff(int failures, TimeSpan first) =>
        TimeSpan.FromTicks(Math.Min(MostBackOff.Ticks, first.Ticks << Math.Clamp(failures - 1, 0, 20)));

    internal static TimeSpan MissPause(int misses) => LeastMissPause * (1 << Math.Min(misses, 7));

    internal TimeSpan Patience(int givenUp) => TimeSpan.FromTicks(StallLimit.Ticks << Math.Min(givenUp, 8));
}
