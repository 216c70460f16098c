using System.Collections.Immutable;
using Starling.Core.Blobs;
using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Core.Tests.Blobs;

/// <summary>Holders of every kind, good and bad, in virtual time.</summary>
internal sealed class FakeTransferNetwork
{
    private readonly TransferBench bench = new();
    private readonly SeededRandom random;
    private readonly SortedDictionary<BlobId, BlobManifest> manifests = [];
    private readonly ImmutableArray<(NodeId Peer, Manner Manner)> peers;
    private readonly PriorityQueue<Input, (long, long)> due = new();
    private long sequence;

    public FakeTransferNetwork(ulong seed)
    {
        random = new SeededRandom(seed);
        // The honest one is not always the first in order, and at times is out of reach in the beginning.
        var manners = new List<Manner> { Manner.Honest };
        for (var i = random.Next(6); i > 0; i--)
            manners.Add((Manner)random.Next(6));
        var order = manners.ToArray();
        random.Shuffle<Manner>(order);
        peers = [.. order.Select((manner, i) => (TransferBench.Peer($"n{i}"), manner))];
        for (var i = 0; i <= random.Next(5); i++)
        {
            var manifest = TransferBench.Manifest(1 + random.Next(40), i);
            manifests[manifest.Id] = manifest;
        }
    }

    private enum Manner
    {
        Honest,
        Corrupt,
        Silent,
        Trickling,
        Refusing,
        Flaky,
    }

    /// <summary>Fetches everything, and gives a line for each input.</summary>
    public List<string> Run()
    {
        var trace = new List<string>();
        foreach (var manifest in manifests.Values)
            CarryOut(bench.Want(manifest, [.. peers.Select(p => p.Peer.Name)]));
        foreach (var (peer, manner) in peers)
            if (manner is Manner.Flaky || random.Chance(0.3))
                for (var i = random.Next(4); i > 0; i--)
                    Break(peer);
        while (bench.Outcomes.OfType<BlobArrived>().Count() < manifests.Count)
        {
            Assert.True(bench.Now < Instant.Zero + TimeSpan.FromHours(2), "The blobs did not arrive in two hours.");
            Input input = new Woke();
            if (due.TryPeek(out var first, out var at) && at.Item1 <= bench.WakeAt.Nanoseconds)
            {
                due.Dequeue();
                input = first;
                bench.Now = new Instant(Math.Max(at.Item1, bench.Now.Nanoseconds));
            }
            else
            {
                Assert.NotEqual(Instant.Never, bench.WakeAt);
                bench.Now = bench.WakeAt;
            }

            trace.Add($"{bench.Now} {input}");
            if (input is Completion completion && !bench.UnderWay.ContainsKey(completion.Operation))
            {
                Assert.DoesNotContain(bench.On(input), e => e is Cancel { Id: var id } && id == completion.Operation);
                continue;
            }

            CarryOut(bench.On(input));
        }

        Assert.Empty(bench.State.Blobs);
        Assert.Empty(bench.UnderWay);
        var bad = peers.Where(p => p.Manner is Manner.Corrupt).Select(p => p.Peer);
        Assert.All(bench.Outcomes.OfType<PeerSentCorrupt>(), o => Assert.Contains(o.Peer, bad));
        return trace;
    }

    private void Break(NodeId peer)
    {
        var down = random.Between(TimeSpan.Zero, TimeSpan.FromSeconds(20));
        Later(down, new PeerDown(peer));
        Later(down + random.Between(TimeSpan.Zero, TimeSpan.FromSeconds(8)), new PeerUp(peer));
    }

    private void CarryOut(ImmutableArray<Effect> effects)
    {
        foreach (var effect in effects)
        {
            switch (effect)
            {
                case OpenBlob open:
                    Later(Latency(), Opened(open));
                    break;
                case FetchManifest fetch:
                    Answer(fetch.Id, fetch.Peer, new ManifestArrived(fetch.Id, manifests[fetch.Blob]));
                    break;
                case FetchChunk fetch:
                    Assert.Equal(manifests[fetch.Blob].Chunks[fetch.Chunk], fetch.Hash);
                    Answer(fetch.Id, fetch.Peer, new ChunkArrived(fetch.Id));
                    break;
            }
        }
    }

    private BlobOpened Opened(OpenBlob open)
    {
        var manifest = random.Chance(0.5) ? manifests[open.Blob] : null;
        return new BlobOpened(open.Id, manifest, manifest is null ? [] : [.. manifest.Chunks.Select(_ => random.Chance(0.3))]);
    }

    private void Answer(OperationId operation, NodeId peer, Input good)
    {
        var manner = peers.First(p => p.Peer == peer).Manner;
        if (manner == Manner.Flaky && random.Chance(0.4))
            manner = (Manner)(random.Next(4) + 2);
        switch (manner)
        {
            case Manner.Honest or Manner.Flaky:
                Later(Latency(), good);
                break;
            case Manner.Corrupt:
                Later(Latency(), new FetchFailed(operation, FetchFailure.Corrupt));
                break;
            case Manner.Trickling:
                for (var i = 1; i < 200; i++)
                    Later(TimeSpan.FromSeconds(5 * i), new ChunkProgressed(operation, 1));
                break;
            case Manner.Refusing:
                Later(Latency(), new FetchFailed(operation, random.Chance(0.5) ? FetchFailure.Forbidden : FetchFailure.NotHeld));
                break;
        }
    }

    private TimeSpan Latency() => random.Between(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(300));

    private void Later(TimeSpan span, Input input) => due.Enqueue(input, ((bench.Now + span).Nanoseconds, sequence++));
}
