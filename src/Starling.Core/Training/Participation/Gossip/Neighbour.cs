using Starling.Core.Kernel;

namespace Starling.Core.Training.Participation.Gossip;

/// <summary>What a node knows of one of its neighbours. All but <see cref="Announced"/> is of the present round.</summary>
internal sealed record Neighbour
{
    /// <summary>What it said last; null while nothing was heard of it since this node started.</summary>
    public Announcement? Announced { get; init; }

    /// <summary>Its update that enters this round's average, held and found admissible; null as long as there is none.</summary>
    public Announcement? Taken { get; init; }

    /// <summary>Whether it offered an update in this round that may enter no average. It gets no second chance before the next.</summary>
    public bool IsRefused { get; init; }

    /// <summary>Whether a round went on without it and nothing new was heard of it since: nobody waits for it any more.</summary>
    public bool IsGone { get; init; }

    /// <summary>When it last made verified progress: bytes of an update that it serves.</summary>
    public Instant ProgressAt { get; init; }

    /// <summary>Bytes of it in this round. Only twice what it announced counts as progress, so that nobody is held up for ever.</summary>
    public long Bytes { get; init; }

    /// <summary>Bytes that have not counted as progress yet.</summary>
    public long UncountedBytes { get; init; }

    /// <summary>The update of it that may enter the average of this round, taken or not.</summary>
    public Announcement? Offer(long round) =>
        Taken ?? (!IsRefused && Announced is { } announced && announced.Round >= round ? announced : null);

    /// <summary>The same neighbour in the next round.</summary>
    public Neighbour Next() => new() { Announced = Announced, ProgressAt = ProgressAt, IsGone = Taken is null };
}
