using System.Collections.Immutable;
using Starling.Core.Blobs;
using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Core.Tests.Blobs;

/// <summary>
/// Drives the transfers by hand, and checks after every step what must always hold. Unless it is told otherwise, a peer has four requests
/// at most and all together sixteen, whatever the defaults are.
/// </summary>
internal sealed class TransferBench(BlobTransferOptions? options = null)
{
    public static readonly ContractId Contract = ContractId.Parse("c");
    private readonly SortedDictionary<BlobId, SortedSet<int>> arrived = [];
    private long next = 1;

    public BlobTransfers State { get; private set; } =
        BlobTransfers.Create(options ?? new BlobTransferOptions { MaxRequestsPerPeer = 4, MaxRequests = 16 });

    public Instant Now { get; set; } = Instant.Zero;

    public Instant WakeAt { get; private set; } = Instant.Never;

    public List<BlobTransferOutcome> Outcomes { get; } = [];

    public SortedDictionary<OperationId, Operation> UnderWay { get; } = [];

    public static NodeId Peer(string name) => NodeId.Create("test", "org", name);

    /// <summary>A manifest of so many chunks of 4 bytes, the last one of 3.</summary>
    public static BlobManifest Manifest(int chunks, int seed = 0)
    {
        var bytes = new byte[(chunks * 4) - 1];
        new SeededRandom((ulong)seed).Shuffle<byte>(bytes);
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)(i + seed);
        return BlobManifest.Of(bytes, 4);
    }

    public ImmutableArray<Effect> Want(BlobManifest manifest, params string[] holders) => Want(manifest, 1000, holders);

    public ImmutableArray<Effect> Want(BlobManifest manifest, long maxBytes, string[] holders) =>
        Take(State.Want(manifest.Id, [Contract], maxBytes, holders.Select(Peer), chunks: null, Now, next));

    public ImmutableArray<Effect> WantChunks(BlobManifest manifest, int[] chunks, params string[] holders) =>
        Take(State.Want(manifest.Id, [Contract], 1000, holders.Select(Peer), [.. chunks], Now, next));

    public ImmutableArray<Effect> Want(BlobManifest manifest, BlobSpread spread) =>
        Take(State.Want(manifest.Id, [Contract], 10_000, spread.Whole.Union(spread.Group).Remove(spread.Self), chunks: null, Now, next,
            spread));

    /// <summary>Wants a blob of which nothing is on disk, with its manifest known.</summary>
    public ImmutableArray<Effect> Start(BlobManifest manifest, params string[] holders)
    {
        var open = Want(manifest, holders).OfType<OpenBlob>().Single();
        return On(new BlobOpened(open.Id, manifest, [.. new bool[manifest.Chunks.Length]]));
    }

    public ImmutableArray<Effect> Drop(BlobId blob) => Take(State.Drop(blob, Now, next));

    public ImmutableArray<Effect> On(Input input)
    {
        if (input is ChunkArrived done && State.Requests.TryGetValue(done.Operation, out var request))
        {
            if (!arrived.TryGetValue(request.Blob, out var chunks))
                arrived[request.Blob] = chunks = [];
            Assert.True(chunks.Add(request.Chunk!.Value), "A chunk arrived twice.");
        }

        if (input is Completion completion)
            UnderWay.Remove(completion.Operation);
        return Take(State.On(input, Now, next));
    }

    public ImmutableArray<Effect> After(TimeSpan span)
    {
        Now += span;
        return On(new Woke());
    }

    private ImmutableArray<Effect> Take(BlobTransferStep step)
    {
        State = step.State;
        WakeAt = step.WakeAt;
        Outcomes.AddRange(step.Outcomes);
        foreach (var effect in step.Effects)
        {
            if (effect is Cancel cancel)
                Assert.True(UnderWay.Remove(cancel.Id), "Something was cancelled that was not under way.");
            if (effect is Operation operation)
            {
                Assert.Equal(next++, operation.Id.Value);
                UnderWay.Add(operation.Id, operation);
            }
        }

        Assert.Equal(next, step.NextOperation);
        Check();
        return step.Effects;
    }

    private void Check()
    {
        Assert.Equal(UnderWay.Keys, State.Requests.Keys.Concat(UnderWay.Values.OfType<OpenBlob>().Select(o => o.Id)).Order());
        Assert.True(State.Requests.Count <= State.Options.MaxRequests);
        foreach (var peer in State.Requests.Values.GroupBy(r => r.Peer))
            Assert.True(peer.Count() <= State.Options.MaxRequestsPerPeer);
        foreach (var piece in State.Requests.Values.GroupBy(r => (r.Blob, r.Chunk)))
            Assert.Single(piece);
        foreach (var request in State.Requests.Values)
            Assert.False(request.Chunk is { } chunk && arrived.TryGetValue(request.Blob, out var chunks) && chunks.Contains(chunk));
        Assert.True(WakeAt > Now);
        if (State.Requests.Count > 0)
            Assert.NotEqual(Instant.Never, WakeAt);
    }
}
