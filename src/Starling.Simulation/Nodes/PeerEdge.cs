using System.Collections.Immutable;
using Starling.Core.Blobs;
using Starling.Core.Canonical;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Simulation.Faults;

namespace Starling.Simulation.Nodes;

/// <summary>Connections, hints, and blobs that come and go. What arrives is verified here, before the kernel hears of it.</summary>
internal sealed class PeerEdge(SimulatedProcess process, SeededRandom room)
{
    private const int RequestBytes = 64;
    private readonly SortedDictionary<BlobId, ImmutableSortedSet<NodeId>> audiences = [];
    private readonly SortedDictionary<OperationId, int> requests = [];
    private long askedInVain;

    private World World => process.World;

    private SimulatedNode Node => process.Node;

    public void Carry(Effect effect)
    {
        switch (effect)
        {
            case Share share when share.Audience.IsEmpty:
                audiences.Remove(share.Blob);
                break;
            case Release release:
                audiences.Remove(release.Blob);
                break;
            case Share share:
                audiences[share.Blob] = [.. share.Audience];
                break;
            case Send send:
                SendHint(send);
                break;
            case KeepPeers keep:
                World.Network.Want(Node.Index, keep.Peers.Select(World.IndexOf).Where(peer => peer >= 0 && peer != Node.Index));
                break;
            case FetchManifest fetch:
                Request(fetch.Id, fetch.Peer, holder => holder.Serve(Node, fetch.Blob, null), bytes => Receive(fetch, bytes));
                break;
            case FetchChunk fetch:
                Request(fetch.Id, fetch.Peer, holder => holder.Serve(Node, fetch.Blob, fetch.Chunk), bytes => Receive(fetch, bytes));
                break;
        }
    }

    /// <summary>A liar fetches what it has already, so that its peer sees that something goes on.</summary>
    public void AskInVain(NodeId peer, BlobId blob) =>
        Request(new OperationId(long.MaxValue - ++askedInVain), peer, holder => holder.Serve(Node, blob, 0), _ => { });

    /// <summary>Nobody waits for this any more.</summary>
    public void Forget(OperationId operation) => requests.Remove(operation);

    /// <summary>The network tells of a connection.</summary>
    public void Changed(int peer, bool up)
    {
        var id = World.Nodes[peer].Identity.Id;
        process.Feed(up ? new PeerUp(id) : new PeerDown(id));
        if (up)
            return;
        foreach (var operation in requests.Where(request => request.Value == peer).Select(request => request.Key).ToList())
            Fail(operation, FetchFailure.Unreachable);
    }

    private void SendHint(Send send)
    {
        var peer = World.IndexOf(send.Peer);
        if (peer < 0 || !World.Network.Stands(Node.Index, peer))
            return;
        var message = Node.Liar?.Say(send.Message) ?? send.Message;
        Count(StormCounts.ProtocolBytes, RequestBytes + (message is ProtocolMessage word ? word.Payload.Length : 0));
        for (var copies = World.Network.DrawCopies(); copies > 0; copies--)
            World.Network.Carry(Node.Index, peer, RequestBytes,
                () => World.Nodes[peer].Process?.Feed(new PeerMessageArrived(Node.Identity.Id, message)));
    }

    private void Request(OperationId operation, NodeId holder, Func<PeerEdge, Answer> serve, Action<byte[]> receive)
    {
        var peer = World.IndexOf(holder);
        if (peer < 0 || !World.Network.Stands(Node.Index, peer))
        {
            process.Complete(TimeSpan.FromMilliseconds(1), new FetchFailed(operation, FetchFailure.Unreachable));
            return;
        }

        requests.Add(operation, peer);
        Count(StormCounts.ProtocolBytes, RequestBytes);
        World.Network.Carry(Node.Index, peer, RequestBytes, () =>
        {
            if (World.Nodes[peer].Process is { } other)
                other.WhenAwake(() => Reply(serve(other.Peers)));
            else
                Reply(Answer.Silence);
        });

        void Reply(Answer answer)
        {
            Count(answer.Sent is null ? StormCounts.ProtocolBytes : StormCounts.ModelBytes, answer.Bytes?.Length ?? RequestBytes);
            if (answer.Failure is { } failure)
                World.Network.Carry(peer, Node.Index, RequestBytes, () => Fail(operation, failure));
            else if (answer.Bytes is { } bytes)
                World.Network.Carry(peer, Node.Index, bytes.Length, () => Finish(operation, () => receive(bytes)), answer.Sent,
                    count => Progress(operation, count),
                    Math.Min(answer.Rate, Node.Liar?.Rate(holder) ?? double.MaxValue));
        }
    }

    private void Count(string what, int bytes) => World.Counts.Add(what, bytes);

    private void Progress(OperationId operation, int count)
    {
        if (requests.ContainsKey(operation) && process.IsOpen(operation) && count > 0)
            process.Feed(new ChunkProgressed(operation, count));
    }

    private void Fail(OperationId operation, FetchFailure failure) =>
        Finish(operation, () => process.Complete(new FetchFailed(operation, failure)));

    private void Finish(OperationId operation, Action finish)
    {
        if (requests.Remove(operation) && process.IsOpen(operation))
            finish();
    }

    private void Receive(FetchManifest fetch, byte[] bytes)
    {
        try
        {
            var manifest = BlobManifest.Decode(bytes, fetch.Blob, World.ChunkBytes);
            if (manifest.Length > fetch.MaxBytes)
            {
                process.Complete(new FetchFailed(fetch.Id, FetchFailure.TooLarge));
                return;
            }

            if (HasNoRoom(fetch.Id))
                return;
            Node.Disk.Open(fetch.Blob, manifest);
            process.Complete(new ManifestArrived(fetch.Id, manifest));
        }
        catch (CanonicalFormatException)
        {
            process.Complete(new FetchFailed(fetch.Id, FetchFailure.Corrupt));
        }
    }

    private void Receive(FetchChunk fetch, byte[] bytes)
    {
        var blob = Node.Disk.Blob(fetch.Blob);
        if (blob is null || bytes.Length != fetch.Length || Digest.Of(bytes) != fetch.Hash)
        {
            process.Complete(new FetchFailed(fetch.Id, FetchFailure.Corrupt));
            return;
        }

        if (HasNoRoom(fetch.Id))
            return;
        blob.Write(fetch.Chunk, bytes);
        process.Complete(new ChunkArrived(fetch.Id));
    }

    // A disk that refuses a save takes what others send as little.
    private bool HasNoRoom(OperationId fetch)
    {
        if (!room.Chance(World.Faults.SaveFailure))
            return false;
        World.Counts.Add("no room for a blob");
        process.Complete(new FetchFailed(fetch, FetchFailure.NoSpace));
        return true;
    }

    /// <summary>Answers a peer's request as the store does: to the audience, and only what is there.</summary>
    private Answer Serve(SimulatedNode peer, BlobId id, int? chunk)
    {
        var lie = Node.Liar;
        if (lie?.Fails(LieKind.Stall, peer.Identity.Id) == true)
            return Answer.Silence;
        if (lie?.Fails(LieKind.Withhold, peer.Identity.Id) == true)
            return Answer.Refused(FetchFailure.NotHeld);
        if (!audiences.TryGetValue(id, out var audience) || !audience.Contains(peer.Identity.Id))
            return Answer.Refused(FetchFailure.Forbidden);
        var blob = Node.Disk.Blob(id);
        if (blob is null || (chunk is { } wanted && !blob.Has(wanted)))
            return Answer.Refused(FetchFailure.NotHeld);
        var bytes = chunk is { } index ? blob.Chunk(index).ToArray() : blob.Manifest.Encode();
        if (lie?.Tells(LieKind.WrongBytes) == true)
            bytes[^1] ^= 0x5A;
        return new Answer(bytes, null, chunk is null ? null : sent => Served(peer.Identity.Id, id, sent))
        {
            Rate = lie?.Rate(peer.Identity.Id) ?? double.MaxValue,
        };
    }

    private void Served(NodeId peer, BlobId blob, int bytes) => process.Feed(new BlobServed(peer, blob, bytes));

    private sealed record Answer(byte[]? Bytes, FetchFailure? Failure, Action<int>? Sent)
    {
        public double Rate { get; init; } = double.MaxValue;

        public static Answer Silence { get; } = new(null, null, null);

        public static Answer Refused(FetchFailure failure) => new(null, failure, null);
    }
}
