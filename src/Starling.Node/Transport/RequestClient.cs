using Google.Protobuf;
using Starling.Core.Blobs;
using Starling.Core.Canonical;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Node.Transport.Wire;

namespace Starling.Node.Transport;

/// <summary>Our requests on one bulk connection. Answers may come in any order.</summary>
internal sealed class RequestClient(PeerEnvironment environment, Func<IOutgoing, bool> enqueue) : IDisposable
{
    /// <summary>The most bytes of a manifest: 40 a chunk.</summary>
    private const int MostManifestBytes = 40 * BlobManifest.MaxChunks;

    /// <summary>A manifest's length is only claimed: memory is taken in such pieces, as the bytes come.</summary>
    private const int ManifestPieceBytes = 16 << 10;

    private readonly Lock gate = new();
    private readonly Dictionary<uint, PendingFetch> pending = [];
    private readonly SemaphoreSlim slots = new(environment.Options.RequestsInFlight);
    private readonly CancellationTokenSource ended = new();
    private readonly byte[] scratch = new byte[16 << 10];
    private readonly KeptMessage<ContentHeader> contentHeader =
        new(new ContentHeader(), message => (message.Request, message.Length) = (0, 0));
    private readonly KeptMessage<FetchRefused> fetchRefused =
        new(new FetchRefused(), message => (message.Request, message.Reason) = (0, 0));
    private uint last;
    private long progressAt = environment.Clock.GetTimestamp();

    /// <summary>
    /// How long the other has had requests without any answer coming in; zero if it has none. Those that still wait to be sent are none:
    /// where uploads are slow, they wait for the answer that just goes out.
    /// </summary>
    public TimeSpan Waiting
    {
        get
        {
            lock (gate)
                return AnySent ? environment.Clock.GetElapsedTime(progressAt) : TimeSpan.Zero;
        }
    }

    // Under the gate.
    private bool AnySent => pending.Values.Any(fetch => fetch.IsSent);

    /// <summary>Asks for a manifest and checks it.</summary>
    public async Task<ManifestAnswer> ManifestAsync(BlobId blob, long maxBytes, CancellationToken cancellation)
    {
        var pieces = new List<byte[]>();
        var failure = await AskAsync(
            FrameKind.ManifestRequest, number => new ManifestRequest { Request = number, Blob = Bytes(blob) }, MostManifestBytes,
            (at, length) =>
            {
                pieces.Add(new byte[Math.Min(ManifestPieceBytes, length - at)]);
                return pieces[^1];
            },
            Progress, cancellation);
        if (failure is not null)
            return new ManifestAnswer(null, failure);
        try
        {
            var manifest = BlobManifest.Decode(pieces is [var whole] ? whole : [.. pieces.SelectMany(piece => piece)], blob,
                environment.Options.ChunkBytes);
            return manifest.Length <= maxBytes ? new ManifestAnswer(manifest, null) : new ManifestAnswer(null, FetchFailure.TooLarge);
        }
        catch (CanonicalFormatException)
        {
            return new ManifestAnswer(null, FetchFailure.Corrupt);
        }
    }

    /// <summary>Asks for a chunk, straight into memory that is as long as the chunk and taken when its first byte has come.</summary>
    public Task<FetchFailure?> ChunkAsync(BlobId blob, int chunk, int chunkBytes, Func<Memory<byte>> memory, Action<int> progress,
        CancellationToken cancellation) =>
        AskAsync(
            FrameKind.ChunkRequest, number => new ChunkRequest { Request = number, Blob = Bytes(blob), Chunk = (uint)chunk },
            environment.Options.ChunkBytes, (_, length) => length == chunkBytes ? memory() : default(Memory<byte>?),
            count =>
            {
                Progress(count);
                progress(count);
            },
            cancellation);

    /// <summary>Reads the answer that a header announces.</summary>
    public async Task ReceiveAsync(Frame frame, FrameReader reader, CancellationToken cancellation)
    {
        var header = contentHeader.Read(frame);
        var fetch = Find(header.Request);
        await fetch.ReceiveAsync(header.Length, reader, scratch, cancellation);
        Finish(fetch);
    }

    /// <summary>Takes note of a refusal.</summary>
    public void Refused(Frame frame)
    {
        var refused = fetchRefused.Read(frame);
        var fetch = Find(refused.Request);
        fetch.Fail(refused.Reason switch
        {
            FetchRefusal.NotHeld => FetchFailure.NotHeld,
            FetchRefusal.Forbidden => FetchFailure.Forbidden,
            FetchRefusal.Cancelled => FetchFailure.Unreachable,
            _ => throw PeerRefusedException.BrokenRule($"There is no reason {(int)refused.Reason} to refuse a request."),
        });
        Finish(fetch);
    }

    /// <summary>The connection is gone, and its reading loop has ended.</summary>
    public void Dispose()
    {
        PendingFetch[] lost;
        lock (gate)
        {
            ended.Cancel();
            lost = [.. pending.Values];
            pending.Clear();
        }
        foreach (var fetch in lost)
            fetch.Fail(FetchFailure.Unreachable);
    }

    private async Task<FetchFailure?> AskAsync(
        FrameKind kind, Func<uint, IMessage> message, int most, Func<int, int, Memory<byte>?> destination, Action<int> progress,
        CancellationToken cancellation)
    {
        if (!await TakeSlotAsync(cancellation))
            return FetchFailure.Unreachable;
        PendingFetch fetch;
        lock (gate)
        {
            if (ended.IsCancellationRequested)
                return FetchFailure.Unreachable;
            fetch = new PendingFetch(++last, most, destination, progress);
            pending.Add(fetch.Number, fetch);
        }
        if (!enqueue(new Request(this, fetch, new OutgoingFrame(kind, message(fetch.Number)))))
            fetch.Fail(FetchFailure.Unreachable);
        using (cancellation.Register(() => Cancel(fetch)))
            return await fetch.Outcome;
    }

    private async Task<bool> TakeSlotAsync(CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, ended.Token);
        try
        {
            await slots.WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    private void Cancel(PendingFetch fetch)
    {
        enqueue(new OutgoingFrame(FrameKind.Cancel, new Wire.Cancel { Request = fetch.Number }));
        fetch.Abandon();
    }

    private void Sent(PendingFetch fetch)
    {
        lock (gate)
        {
            if (!AnySent)
                progressAt = environment.Clock.GetTimestamp();
            fetch.IsSent = true;
        }
    }

    private PendingFetch Find(uint number)
    {
        lock (gate)
            return pending.TryGetValue(number, out var fetch)
                ? fetch
                : throw PeerRefusedException.BrokenRule($"An answer came to request {number}, which does not wait.");
    }

    private void Finish(PendingFetch fetch)
    {
        Progress(0);
        lock (gate)
            if (!pending.Remove(fetch.Number))
                return;
        slots.Release();
    }

    private void Progress(int count)
    {
        lock (gate)
            progressAt = environment.Clock.GetTimestamp();
    }

    private static ByteString Bytes(BlobId blob) => ByteString.CopyFrom(blob.Digest.ToArray());

    private sealed class Request(RequestClient client, PendingFetch fetch, OutgoingFrame frame) : IOutgoing
    {
        public async ValueTask WriteAsync(ContentSink sink, CancellationToken cancellation)
        {
            await frame.WriteAsync(sink, cancellation);
            client.Sent(fetch);
        }
    }
}
