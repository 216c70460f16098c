using System.Collections.Immutable;
using Starling.Core.Canonical;
using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Core.Training.Participation.Gossip;

/// <summary>Where a node stands: its own round, its own model, and what it knows of its neighbours. Immutable.</summary>
internal sealed record GossipState : IProtocolState
{
    private const int MostWith = NeighbourGraph.MostDegree;

    /// <inheritdoc/>
    public long Round { get; init; } = 1;

    /// <inheritdoc/>
    public BlobId Model { get; init; }

    /// <summary>Whose updates are in the model besides its own; sorted.</summary>
    public ImmutableArray<NodeId> With { get; init; } = [];

    /// <summary>Whether watchers were told, since this node started, that the round before this one is over.</summary>
    public bool IsTold { get; init; } = true;

    /// <summary>The members among whom the neighbours were drawn, and how many each has; null before that.</summary>
    public (ImmutableSortedSet<NodeId> View, int Degree)? DrawnFor { get; init; }

    /// <summary>The neighbours.</summary>
    public ImmutableSortedDictionary<NodeId, Neighbour> Neighbours { get; init; } = ImmutableSortedDictionary<NodeId, Neighbour>.Empty;

    /// <summary>This node's own latest update that is journalled and synced: what it announces and serves. Null before the first.</summary>
    public Announcement? Served { get; init; }

    /// <summary>When to say that again.</summary>
    public Instant AnnounceAt { get; init; }

    /// <summary>Since when this node waits for its neighbours' updates in this round.</summary>
    public Instant WaitsSince { get; init; }

    /// <summary>What is averaged in this round; null until that is decided, and empty if not even the own update may be.</summary>
    public ImmutableArray<MergeInput>? Mix { get; init; }

    /// <summary>The save of the next round's record under way, and the model in it; else null.</summary>
    public (OperationId Operation, BlobId Model)? Saving { get; init; }

    /// <inheritdoc/>
    public ImmutableArray<NodeId> Awaited =>
        [.. Neighbours.Where(n => n.Value is { Taken: null, IsRefused: false, IsGone: false }).Select(n => n.Key)];

    /// <summary>The state of a contract; a fresh one before its first step.</summary>
    public static GossipState Of(Participant p) => p.Protocol as GossipState ?? new GossipState();

    /// <summary>The next round, from this model.</summary>
    public GossipState Next(BlobId model, NodeId self) => this with
    {
        Round = Round + 1,
        Model = model,
        With = Others(self),
        IsTold = false,
        Neighbours = Neighbours.ToImmutableSortedDictionary(n => n.Key, n => n.Value.Next()),
        Mix = null,
        Saving = null,
    };

    /// <summary>The journal record that says that the next round begins from this model.</summary>
    public byte[] EncodeNext(BlobId model, NodeId self) =>
        new CanonicalWriter().Int64(Round + 1).Blob(model).List(Others(self), TrainingEntryCodec.WriteNode).ToArray();

    /// <summary>Takes up a journal record.</summary>
    public static GossipState Decode(ReadOnlySpan<byte> record)
    {
        var r = new CanonicalReader(record);
        var state =
            new GossipState { Round = r.Int64(), Model = r.Blob(), With = r.List(MostWith, TrainingEntryCodec.ReadNode), IsTold = false };
        r.End();
        return state;
    }

    private ImmutableArray<NodeId> Others(NodeId self) => [.. (Mix ?? []).Select(input => input.Author).Where(author => author != self)];
}
