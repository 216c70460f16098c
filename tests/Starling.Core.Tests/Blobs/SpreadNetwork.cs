using System.Collections.Immutable;
using Starling.Core.Blobs;
using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Core.Tests.Blobs;

/// <summary>
/// A source and members that all fetch its blob, in virtual time. An uplink sends one chunk after another; a request and a
/// refusal take a millisecond.
/// </summary>
internal sealed class SpreadNetwork
{
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(1);

    private readonly BlobManifest manifest;
    private readonly TimeSpan chunkTime;
    private readonly SortedDictionary<NodeId, TransferBench> members = [];
    private readonly SortedDictionary<NodeId, SortedSet<int>> held = [];
    private readonly SortedDictionary<NodeId, Instant> uplinks = [];
    private readonly SortedSet<NodeId> dead = [];
    private readonly SortedSet<NodeId> idle = [];
    private readonly PriorityQueue<(NodeId Member, Input Input), (long, long)> due = new();
    private long sequence;
    private Instant now = Instant.Zero;

    public SpreadNetwork(int count, int chunks, TimeSpan chunkTime)
    {
        (manifest, this.chunkTime) = (TransferBench.Manifest(chunks), chunkTime);
        Source = TransferBench.Peer("source");
        Members = [.. Enumerable.Range(0, count).Select(i => TransferBench.Peer($"m{i:00}"))];
        held[Source] = [.. Enumerable.Range(0, chunks)];
        foreach (var member in Members)
            (members[member], held[member]) = (new TransferBench(), []);
    }

    public NodeId Source { get; }

    public ImmutableSortedSet<NodeId> Members { get; }

    /// <summary>Chunks that each node sent.</summary>
    public SortedDictionary<NodeId, int> Sent { get; } = [];

    /// <summary>A member that cannot be reached.</summary>
    public void Kill(NodeId member) => dead.Add(member);

    /// <summary>A member that can be reached and fetches nothing.</summary>
    public void Hold(NodeId member) => idle.Add(member);

    /// <summary>Lets all fetch until all that can have it all.</summary>
    /// <returns>How long that took.</returns>
    public TimeSpan Run(bool spread)
    {
        var fetching = Members.Except(dead).Except(idle);
        foreach (var member in fetching)
            CarryOut(member, spread
                ? members[member].Want(manifest, BlobSpread.For(Source, Members, member, [Source]))
                : members[member].Want(manifest, 10_000, [Source.Name]));
        while (fetching.Any(member => held[member].Count < manifest.Chunks.Length))
        {
            Assert.True(now < Instant.Zero + TimeSpan.FromMinutes(10), "The blob did not arrive in ten minutes.");
            var (waker, wake) = members.Where(m => fetching.Contains(m.Key)).Select(m => (m.Key, m.Value.WakeAt)).MinBy(m => m.WakeAt);
            if (due.TryPeek(out var next, out var at) && at.Item1 <= wake.Nanoseconds)
            {
                due.Dequeue();
                now = new Instant(at.Item1);
                Feed(next.Member, next.Input);
            }
            else
            {
                now = wake;
                Feed(waker, new Woke());
            }
        }

        return now - Instant.Zero;
    }

    private void Feed(NodeId member, Input input)
    {
        var bench = members[member];
        bench.Now = now;
        if (input is Completion completion && !bench.UnderWay.ContainsKey(completion.Operation))
            return;
        if (input is ChunkArrived arrived)
            held[member].Add(((FetchChunk)bench.UnderWay[arrived.Operation]).Chunk);
        CarryOut(member, bench.On(input));
    }

    private void CarryOut(NodeId member, ImmutableArray<Effect> effects)
    {
        foreach (var effect in effects)
            switch (effect)
            {
                case OpenBlob open:
                    Later(member, now, new BlobOpened(open.Id, null, []));
                    break;
                case FetchManifest fetch:
                    Assert.Equal(Source, fetch.Peer);
                    Later(member, now + Latency, new ManifestArrived(fetch.Id, manifest));
                    break;
                case FetchChunk fetch when dead.Contains(fetch.Peer):
                    Later(member, now + Latency, new FetchFailed(fetch.Id, FetchFailure.Unreachable));
                    break;
                case FetchChunk fetch when !held[fetch.Peer].Contains(fetch.Chunk):
                    Later(member, now + Latency, new FetchFailed(fetch.Id, FetchFailure.NotHeld));
                    break;
                case FetchChunk fetch:
                    Send(member, fetch);
                    break;
            }
    }

    private void Send(NodeId member, FetchChunk fetch)
    {
        var free = uplinks.GetValueOrDefault(fetch.Peer, Instant.Zero);
        uplinks[fetch.Peer] = (free > now ? free : now) + chunkTime;
        Sent[fetch.Peer] = Sent.GetValueOrDefault(fetch.Peer) + 1;
        Later(member, uplinks[fetch.Peer] + Latency, new ChunkArrived(fetch.Id));
    }

    private void Later(NodeId member, Instant at, Input input) => due.Enqueue((member, input), (at.Nanoseconds, sequence++));
}
