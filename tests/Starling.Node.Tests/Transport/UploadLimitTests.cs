using Google.Protobuf;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Node.Tests.Loop;
using Starling.Node.Transport;
using Starling.Node.Transport.Wire;

namespace Starling.Node.Tests.Transport;

public sealed class UploadLimitTests
{
    private const long Rate = 1_000_000;
    private const int Burst = (int)(Rate / 10);

    private readonly ManualTime time = new();
    private readonly UploadLimit limit;

    public UploadLimitTests() => limit = new UploadLimit(Rate, time);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void No_limit_never_waits_and_asks_for_any_size()
    {
        var none = new UploadLimit(long.MaxValue, time);
        for (var i = 0; i < 100; i++)
            Assert.True(none.TakeAsync(1 << 20, Cancellation).IsCompleted);
        Assert.Equal(int.MaxValue, none.SliceBytes);
        Assert.Equal(0, time.Armed);
    }

    [Fact]
    public void A_second_carries_a_second_s_worth_and_the_burst()
    {
        var sender = new Sender(limit);
        time.Advance(TimeSpan.FromHours(1)); // A pause saves up no more than the burst.
        Run(TimeSpan.FromSeconds(1), sender);
        Assert.InRange(sender.Sent, Rate, Rate + Burst + limit.SliceBytes);
        Run(TimeSpan.FromSeconds(9), sender);
        Assert.InRange(sender.Sent, 10 * Rate, (10 * Rate) + Burst + limit.SliceBytes);
    }

    [Fact]
    public void Several_senders_have_equal_shares_also_one_that_comes_late()
    {
        var senders = Enumerable.Range(0, 4).Select(_ => new Sender(limit)).ToArray();
        Run(TimeSpan.FromSeconds(3), senders[..3]); // The first to ask has the burst besides.
        Assert.All(senders[..3], sender => Assert.InRange(sender.Sent, Rate * 0.9, Rate * 1.2));

        Array.ForEach(senders, sender => sender.Sent = 0);
        Run(TimeSpan.FromSeconds(4), senders);
        Assert.All(senders, sender => Assert.InRange(sender.Sent, Rate * 0.9, Rate * 1.1));
    }

    [Fact]
    public async Task Who_gives_up_is_freed_at_once()
    {
        using var cancel = new CancellationTokenSource();
        Assert.True(limit.TakeAsync((int)Rate, cancel.Token).IsCompleted);
        var waiting = limit.TakeAsync(1, cancel.Token);
        Assert.False(waiting.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    /// <summary>Red if who asks and gives up takes what others may send; or if they get more than there is by it.</summary>
    [Fact]
    public async Task Who_gives_up_takes_nothing_from_those_who_wait()
    {
        using var cancel = new CancellationTokenSource();
        Assert.True(limit.TakeAsync(Burst, Cancellation).IsCompleted);
        Assert.True(limit.TakeAsync((int)Rate, Cancellation).IsCompleted);
        var givenUp = Enumerable.Range(0, 10).Select(_ => limit.TakeAsync((int)Rate, cancel.Token)).ToList();
        var next = limit.TakeAsync((int)Rate, Cancellation);
        givenUp.Add(limit.TakeAsync((int)Rate, cancel.Token));
        var last = limit.TakeAsync(1, Cancellation);
        await cancel.CancelAsync();
        Assert.All(givenUp, wait => Assert.True(wait.IsCanceled));

        foreach (var turn in new[] { next, last })
        {
            time.Advance(TimeSpan.FromMilliseconds(999));
            Assert.False(turn.IsCompleted);
            time.Advance(TimeSpan.FromMilliseconds(1));
            Assert.True(turn.IsCompleted);
        }
    }

    /// <summary>
    /// Red if a connection that another has taken the place of still takes what all may upload: a peer that opens one after another would
    /// have all of it.
    /// </summary>
    [Fact]
    public async Task A_connection_that_has_ended_uploads_no_more()
    {
        const int length = 50_000, atOnce = 3 * 5_000;
        var (authority, clock) = (new TestAuthority("authority"), new ManualTime { Epoch = DateTimeOffset.UtcNow });
        await using var node = await new TestNode(
            authority.Credentials(Pair.IdOfA), new PeerNetworkOptions { MaxUploadRate = 100_000 }, clock).ListenAsync();
        node.Network.KeepPeers([Pair.IdOfB]);
        var certificate = authority.Issue([Pair.IdOfB.Value]);
        var blob = ByteString.CopyFrom(node.Blobs.Add(new byte[length]).Id.Digest.ToArray());
        await using var first = await RawPeer.GreetAsync(node.Port, certificate, ConnectionKind.Bulk);
        await first.SendAsync(FrameKind.ChunkRequest, new ChunkRequest { Request = 1, Blob = blob });
        Assert.Equal(FrameKind.ContentHeader, (await first.ReadAsync()).Kind);
        await first.ReadRawAsync(new byte[atOnce]);

        await using var second = await RawPeer.GreetAsync(node.Port, certificate, ConnectionKind.Bulk, instance: 2);
        for (var i = 0; i < 100; i++)
            clock.Advance(TimeSpan.FromMilliseconds(10));
        await Assert.ThrowsAnyAsync<IOException>(() => first.ReadRawAsync(new byte[1]));
    }

    [Fact]
    public async Task A_chunk_waits_for_its_turns_and_a_message_passes_it()
    {
        var clock = new ManualTime { Epoch = DateTimeOffset.UtcNow };
        var (a, b) = await ConnectAsync(clock);
        await using var disposed = new Both(a, b);
        var manifest = b.Blobs.Add(new byte[50_000]);

        // At 20 slices a second of 5,000 bytes: two of the burst, and one whose turn is now.
        var (arrived, most, stands) = (0, 3 * 5_000, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var fetch = a.Network.FetchChunkAsync(Pair.IdOfB, manifest.Id, 0, 50_000, () => new byte[50_000], count =>
        {
            if (Interlocked.Add(ref arrived, count) >= most)
                stands.TrySetResult();
        }, Cancellation);
        await stands.Task.WaitAsync(Cancellation);
        Assert.True(b.Network.Send(Pair.IdOfA, new LedgerHint(ContractId.Parse("digits"), 7)));
        await a.HearsAsync("message");
        Assert.Equal(most, arrived);
        Assert.False(fetch.IsCompleted);

        // No faster than the wire follows: a clock that runs ahead leaves nothing to wait for.
        for (; !fetch.IsCompleted; await Task.Delay(1, Cancellation))
            clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(await fetch);
        while (b.Blobs.Pieces.Sum() < 50_000)
            await Task.Delay(1, Cancellation);
        Assert.Equal(50_000, b.Blobs.Pieces.Sum());
        Assert.True(b.Blobs.Pieces.Count > 3, "The leader's progress is told while a slow chunk is on its way.");
    }

    /// <summary>Red if whoever uploads slowly also downloads slowly: its requests would wait behind all that it is asked for.</summary>
    [Fact]
    public async Task A_request_passes_what_waits_to_be_served()
    {
        var clock = new ManualTime { Epoch = DateTimeOffset.UtcNow };
        var (a, b) = await ConnectAsync(clock);
        await using var disposed = new Both(a, b);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var served = new List<Task<FetchFailure?>>();
        for (byte i = 1; i <= 8; i++)
        {
            var content = new byte[50_000];
            Array.Fill(content, i);
            served.Add(a.Network.FetchChunkAsync(
                Pair.IdOfB, b.Blobs.Add(content).Id, 0, 50_000, () => new byte[50_000], _ => begun.TrySetResult(), Cancellation));
        }

        await begun.Task.WaitAsync(Cancellation);
        var asked = b.Network.FetchChunkAsync(Pair.IdOfA, a.Blobs.Add(new byte[7]).Id, 0, 7, () => new byte[7], _ => { }, Cancellation);
        // Half a second of the clock for each blob, and a tenth of one beside it.
        for (; !asked.IsCompleted; await Task.Delay(1, Cancellation))
            clock.Advance(TimeSpan.FromMilliseconds(5));
        Assert.Null(await asked);
        Assert.False(served[^1].IsCompleted);
        for (; !served.TrueForAll(fetch => fetch.IsCompletedSuccessfully); await Task.Yield())
            clock.Advance(TimeSpan.FromMilliseconds(1));
    }

    /// <summary>
    /// Red if a request that waits behind a slow upload counts as one that the peer does not answer, or if keep-alives pile up behind it
    /// until there is no room; or if a peer that has the request and answers nothing is kept.
    /// </summary>
    [Fact]
    public async Task A_slow_upload_disconnects_nobody()
    {
        const int length = 100_000, slice = 1 << 10;
        var options = new PeerNetworkOptions
        {
            MaxUploadRate = PeerNetworkOptions.LeastUploadRate,
            KeepAliveInterval = TimeSpan.FromMilliseconds(50),
            SilenceTimeout = TimeSpan.FromMinutes(10),
            AnswerTimeout = TimeSpan.FromSeconds(3),
        };
        var (authority, clock) = (new TestAuthority("authority"), new ManualTime { Epoch = DateTimeOffset.UtcNow });
        await using var node = await new TestNode(authority.Credentials(Pair.IdOfA), options, clock).ListenAsync();
        node.Network.KeepPeers([Pair.IdOfB]);
        var certificate = authority.Issue([Pair.IdOfB.Value]);
        await using var control = await RawPeer.GreetAsync(node.Port, certificate, ConnectionKind.Control);
        await using var bulk = await RawPeer.GreetAsync(node.Port, certificate, ConnectionKind.Bulk);
        await node.HearsAsync("up");
        var blob = node.Blobs.Add(new byte[length]).Id;
        await bulk.SendAsync(FrameKind.ChunkRequest, new ChunkRequest { Request = 1, Blob = ByteString.CopyFrom(blob.Digest.ToArray()) });
        Assert.Equal(FrameKind.ContentHeader, (await bulk.ReadAsync()).Kind);

        // The clock goes on only when what it let go has come: ten seconds for all of it.
        var asked = node.Network.FetchChunkAsync(Pair.IdOfB, blob, 0, 7, () => new byte[7], _ => { }, Cancellation);
        var passed = bulk.KeepAlives;
        for (var left = length; left > 0; left -= slice)
        {
            clock.Advance(TimeSpan.FromMilliseconds(103));
            var came = bulk.ReadRawAsync(new byte[Math.Min(left, slice)]);
            // Whose turn was counted before the clock moved, and timed after that, waits for as long again.
            while (await Task.WhenAny(came, Task.Delay(1000, Cancellation)) != came)
                clock.Advance(TimeSpan.FromMilliseconds(103));
            await came;
        }

        Assert.Equal(FrameKind.ChunkRequest, (await bulk.ReadAsync()).Kind);
        Assert.InRange(bulk.KeepAlives - passed, 0, 5);
        for (; !asked.IsCompleted; await Task.Delay(1, Cancellation))
            clock.Advance(TimeSpan.FromMilliseconds(5));
        Assert.Equal(FetchFailure.Unreachable, await asked);
        await node.LogsAsync("has answered no request");
    }

    private static async Task<(TestNode A, TestNode B)> ConnectAsync(ManualTime clockOfB)
    {
        var authority = new TestAuthority("authority");
        var a = await new TestNode(authority.Credentials(Pair.IdOfA)).ListenAsync();
        var b = await new TestNode(
            authority.Credentials(Pair.IdOfB), new PeerNetworkOptions { MaxUploadRate = 100_000 }, clockOfB).ListenAsync();
        a.Network.SetAddresses(Pair.IdOfB, [b.Address]);
        b.Network.KeepPeers([Pair.IdOfA]);
        a.Network.KeepPeers([Pair.IdOfB]);
        await a.HearsAsync("up");
        await b.HearsAsync("up");
        return (a, b);
    }

    private sealed class Both(TestNode a, TestNode b) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await a.DisposeAsync();
            await b.DisposeAsync();
        }
    }

    private void Run(TimeSpan span, params Sender[] senders)
    {
        for (var step = TimeSpan.Zero; step < span; step += TimeSpan.FromMilliseconds(1))
        {
            time.Advance(TimeSpan.FromMilliseconds(1));
            foreach (var sender in senders)
                sender.Send();
        }
    }

    /// <summary>Sends slices one after another, as one connection does.</summary>
    private sealed class Sender(UploadLimit limit)
    {
        private Task? turn;

        public long Sent { get; set; }

        /// <summary>Sends until it must wait.</summary>
        public void Send()
        {
            while ((turn ??= limit.TakeAsync(limit.SliceBytes, Cancellation)).IsCompleted)
            {
                Sent += limit.SliceBytes;
                turn = null;
            }
        }
    }
}
