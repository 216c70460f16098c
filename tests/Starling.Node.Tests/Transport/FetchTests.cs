using Starling.Core.Blobs;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Node.Transport;
using Starling.Node.Transport.Wire;

namespace Starling.Node.Tests.Transport;

public sealed class FetchTests
{
    private const int Chunk = BlobManifest.StandardChunkBytes;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_blob_comes_whole_and_both_sides_see_it_move()
    {
        await using var pair = await Pair.ConnectAsync();
        var bytes = Bytes((2 * Chunk) + 12345);
        var manifest = pair.B.Blobs.Add(bytes);
        var answer = await pair.A.Network.FetchManifestAsync(Pair.IdOfB, manifest.Id, bytes.Length, Cancellation);
        Assert.Null(answer.Failure);
        Assert.Equal(manifest.Id, answer.Manifest!.Id);
        pair.B.Blobs.Pieces.Clear();

        var got = new byte[bytes.Length];
        var arrived = 0;
        for (var i = 0; i < 3; i++)
            Assert.Null(await pair.A.Network.FetchChunkAsync(
                Pair.IdOfB, manifest.Id, i, manifest.LengthOf(i), () => got.AsMemory(i * Chunk, manifest.LengthOf(i)),
                count => arrived += count, Cancellation));
        Assert.Equal(bytes, got);
        Assert.Equal(bytes.Length, arrived);
        Assert.All(pair.B.Blobs.Pieces, piece => Assert.InRange(piece, 1, 1 << 20));
        // The other side hears of an answer's end a moment after us.
        while (pair.B.Blobs.Pieces.Sum() < bytes.Length)
            await Task.Delay(1, Cancellation);
        Assert.Equal(bytes.Length, pair.B.Blobs.Pieces.Sum());
    }

    [Fact]
    public async Task Both_directions_at_once_do_not_wait_for_each_other()
    {
        await using var pair = await Pair.ConnectAsync();
        var ofA = pair.A.Blobs.Add(Bytes(64 * Chunk));
        var ofB = pair.B.Blobs.Add(Bytes(64 * Chunk));
        var fetches = Enumerable.Range(0, 64)
            .SelectMany(i => new[] { FetchAsync(pair.A, Pair.IdOfB, ofB, i), FetchAsync(pair.B, Pair.IdOfA, ofA, i) });
        Assert.All(await Task.WhenAll(fetches), Assert.Null);
    }

    [Fact]
    public async Task Many_fetches_at_once_all_arrive()
    {
        await using var pair = await Pair.ConnectAsync();
        var manifests = Enumerable.Range(0, 256).Select(i => pair.B.Blobs.Add(Bytes(1000 + i))).ToList();
        var all = await Task.WhenAll(manifests.Select(manifest => FetchAsync(pair.A, Pair.IdOfB, manifest, 0)));
        Assert.All(all, Assert.Null);
    }

    [Fact]
    public async Task Strangers_learn_nothing_and_friends_that_it_is_not_held()
    {
        await using var pair = await Pair.ConnectAsync();
        var held = pair.B.Blobs.Add(Bytes(100));
        var missing = BlobManifest.Of(Bytes(200));
        Assert.Equal(FetchFailure.NotHeld, (await ManifestAsync(missing)).Failure);
        Assert.Equal(FetchFailure.NotHeld, await FetchAsync(pair.A, Pair.IdOfB, missing, 0));
        Assert.Equal(FetchFailure.NotHeld,
            await pair.A.Network.FetchChunkAsync(Pair.IdOfB, held.Id, 1, 1, () => new byte[1], _ => { }, Cancellation));
        pair.B.Blobs.Excluded[Pair.IdOfA] = true;
        foreach (var manifest in new[] { held, missing })
        {
            Assert.Equal(FetchFailure.Forbidden, (await ManifestAsync(manifest)).Failure);
            Assert.Equal(FetchFailure.Forbidden, await FetchAsync(pair.A, Pair.IdOfB, manifest, 0));
        }

        Task<ManifestAnswer> ManifestAsync(BlobManifest manifest) =>
            pair.A.Network.FetchManifestAsync(Pair.IdOfB, manifest.Id, 1000, Cancellation);
    }

    [Fact]
    public async Task A_lie_is_corrupt_and_the_connection_goes_on()
    {
        await using var pair = await Pair.ConnectAsync();
        var asked = BlobManifest.Of(Bytes(200));
        var other = pair.B.Blobs.Add(Bytes(100));
        pair.B.Blobs.Substitute(asked.Id, other);
        Assert.Equal(FetchFailure.Corrupt, (await pair.A.Network.FetchManifestAsync(Pair.IdOfB, asked.Id, 1000, Cancellation)).Failure);
        Assert.Equal(FetchFailure.Corrupt,
            await pair.A.Network.FetchChunkAsync(Pair.IdOfB, other.Id, 0, 99, () => new byte[99], _ => { }, Cancellation));
        Assert.Equal(FetchFailure.TooLarge, (await pair.A.Network.FetchManifestAsync(Pair.IdOfB, other.Id, 99, Cancellation)).Failure);
        Assert.Null(await FetchAsync(pair.A, Pair.IdOfB, other, 0));
    }

    [Fact]
    public async Task A_peer_that_is_not_there_cannot_be_reached()
    {
        await using var pair = await Pair.CreateAsync();
        var manifest = BlobManifest.Of(Bytes(200));
        Assert.Equal(FetchFailure.Unreachable, await FetchAsync(pair.A, Pair.IdOfB, manifest, 0));
        Assert.Equal(FetchFailure.Unreachable,
            (await pair.A.Network.FetchManifestAsync(Pair.IdOfB, manifest.Id, 1000, Cancellation)).Failure);
    }

    [Fact]
    public async Task Fetches_under_way_fail_when_the_peer_goes()
    {
        await using var pair = await Pair.ConnectAsync();
        pair.B.Blobs.Gate = new TaskCompletionSource().Task;
        var manifest = pair.B.Blobs.Add(Bytes(100));
        var fetches = Enumerable.Range(0, 100).Select(_ => FetchAsync(pair.A, Pair.IdOfB, manifest, 0)).ToList();
        await pair.B.Blobs.Reading.Task.WaitAsync(Cancellation);
        await pair.B.DisposeAsync();
        Assert.All(await Task.WhenAll(fetches), failure => Assert.Equal(FetchFailure.Unreachable, failure));
    }

    [Fact]
    public async Task Cancelling_frees_the_slots()
    {
        await using var pair = await Pair.ConnectAsync();
        var gate = new TaskCompletionSource();
        pair.B.Blobs.Gate = gate.Task;
        var manifest = pair.B.Blobs.Add(Bytes(100));
        using var cancel = new CancellationTokenSource();
        var cancelled = Enumerable.Range(0, 200).Select(_ => FetchAsync(pair.A, Pair.IdOfB, manifest, 0, cancel.Token)).ToList();
        await pair.B.Blobs.Reading.Task.WaitAsync(Cancellation);
        await cancel.CancelAsync();
        foreach (var fetch in cancelled)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetch);
        gate.SetResult();
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => FetchAsync(pair.A, Pair.IdOfB, manifest, 0))), Assert.Null);
    }

    [Fact]
    public async Task A_peer_that_answers_nothing_is_disconnected()
    {
        var options =
            new PeerNetworkOptions { KeepAliveInterval = TimeSpan.FromMilliseconds(50), AnswerTimeout = TimeSpan.FromMilliseconds(300) };
        await using var pair = await Pair.ConnectAsync(options);
        pair.B.Blobs.Gate = new TaskCompletionSource().Task;
        var manifest = pair.B.Blobs.Add(Bytes(100));
        Assert.Equal(FetchFailure.Unreachable, await FetchAsync(pair.A, Pair.IdOfB, manifest, 0));
        await pair.A.LogsAsync("has answered no request");
    }

    [Fact]
    public async Task An_answer_beyond_its_bound_ends_the_connection()
    {
        var authority = new TestAuthority("authority");
        var certificate = authority.Issue([Pair.IdOfB.Value]);
        await using var node = await new TestNode(authority.Credentials(Pair.IdOfA)).ListenAsync();
        node.Network.KeepPeers([Pair.IdOfB]);
        await using var control = await RawPeer.GreetAsync(node.Port, certificate, ConnectionKind.Control);
        await using var bulk = await RawPeer.GreetAsync(node.Port, certificate, ConnectionKind.Bulk);
        await node.HearsAsync("up");
        var fetch = node.Network.FetchChunkAsync(Pair.IdOfB, BlobManifest.Of(Bytes(1)).Id, 0, 1, () => new byte[1], _ => { }, Cancellation);
        var request = (await bulk.ReadAsync()).Decode(ChunkRequest.Parser);
        await bulk.SendAsync(FrameKind.ContentHeader, new ContentHeader { Request = request.Request, Length = Chunk + 1 });
        Assert.Equal((PeerRefusal.BrokenRule, "An answer of 1048577 bytes exceeds the bound of 1048576."), await bulk.ReadRefusalAsync());
        Assert.Equal(FetchFailure.Unreachable, await fetch);
    }

    [Fact]
    public async Task A_fetch_cancelled_half_way_leaves_its_memory_alone_and_the_next_answer_is_read_right()
    {
        var authority = new TestAuthority("authority");
        var certificate = authority.Issue([Pair.IdOfB.Value]);
        await using var node = await new TestNode(authority.Credentials(Pair.IdOfA)).ListenAsync();
        node.Network.KeepPeers([Pair.IdOfB]);
        await using var control = await RawPeer.GreetAsync(node.Port, certificate, ConnectionKind.Control);
        await using var bulk = await RawPeer.GreetAsync(node.Port, certificate, ConnectionKind.Bulk);
        await node.HearsAsync("up");
        using var cancel = new CancellationTokenSource();
        var blob = BlobManifest.Of(Bytes(1)).Id;
        var memory = new byte[4];
        var begun = new TaskCompletionSource();
        var first = node.Network.FetchChunkAsync(Pair.IdOfB, blob, 0, memory.Length, () => memory, _ => begun.TrySetResult(), cancel.Token);
        var request = (await bulk.ReadAsync()).Decode(ChunkRequest.Parser).Request;
        await bulk.SendAsync(FrameKind.ContentHeader, new ContentHeader { Request = request, Length = 4 });
        await bulk.SendAsync([1]);
        await begun.Task.WaitAsync(Cancellation);
        await cancel.CancelAsync();
        Assert.Equal(request, (await bulk.ReadAsync()).Decode(Node.Transport.Wire.Cancel.Parser).Request);
        await bulk.SendAsync([2]);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        memory.AsSpan().Fill(9);
        await bulk.SendAsync([3, 4]);

        var second = new byte[2];
        var fetch = node.Network.FetchChunkAsync(Pair.IdOfB, blob, 0, second.Length, () => second, _ => { }, Cancellation);
        request = (await bulk.ReadAsync()).Decode(ChunkRequest.Parser).Request;
        await bulk.SendAsync(FrameKind.ContentHeader, new ContentHeader { Request = request, Length = 2 });
        await bulk.SendAsync([5, 6]);
        Assert.Null(await fetch);
        Assert.Equal([5, 6], second);
        Assert.Equal([9, 9, 9, 9], memory);
    }

    private static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    private static async Task<FetchFailure?> FetchAsync(
        TestNode node, NodeId from, BlobManifest manifest, int chunk, CancellationToken? cancellation = null)
    {
        var bytes = new byte[manifest.LengthOf(chunk)];
        var failure =
            await node.Network.FetchChunkAsync(from, manifest.Id, chunk, bytes.Length, () => bytes, _ => { }, cancellation ?? Cancellation);
        if (failure is null)
            Assert.Equal(manifest.Chunks[chunk], Digest.Of(bytes));
        return failure;
    }
}
