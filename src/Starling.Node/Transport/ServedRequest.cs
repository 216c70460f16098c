using System.Buffers;
using Starling.Core.Blobs;
using Starling.Core.Identity;
using Starling.Node.Transport.Wire;

namespace Starling.Node.Transport;

/// <summary>One request of a peer. It holds no buffer until its turn.</summary>
internal sealed class ServedRequest(RequestServer server, uint number, BlobId blob, uint? chunk) : IOutgoing
{
    private volatile bool cancelled;

    public uint Number => number;

    public bool Cancelled
    {
        get => cancelled;
        set => cancelled = value;
    }

    /// <summary>Answers, with content or with a refusal.</summary>
    public async ValueTask WriteAsync(ContentSink sink, CancellationToken cancellation)
    {
        var source = server.Environment.Source;
        if (cancelled)
            await RefuseAsync(sink, FetchRefusal.Cancelled, cancellation);
        else if (!source.Permits(server.Peer, blob))
            await RefuseAsync(sink, FetchRefusal.Forbidden, cancellation);
        else if (source.Manifest(blob) is not { } manifest || chunk >= manifest.Chunks.Length)
            await RefuseAsync(sink, FetchRefusal.NotHeld, cancellation);
        else if (chunk is { } index)
            await WriteChunkAsync(manifest, (int)index, sink, cancellation);
        else
            await WriteContentAsync(manifest.Encode(), sink, cancellation);
    }

    private async ValueTask WriteChunkAsync(BlobManifest manifest, int index, ContentSink sink, CancellationToken cancellation)
    {
        using var activity = TransportMetrics.Activities.StartActivity("serve chunk");
        var length = manifest.LengthOf(index);
        var rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var bytes = rented.AsMemory(0, length);
            if (await server.Environment.Source.ReadChunkAsync(blob, index, bytes, cancellation))
                await WriteContentAsync(bytes, sink, cancellation);
            else
                await RefuseAsync(sink, FetchRefusal.NotHeld, cancellation);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private async ValueTask WriteContentAsync(ReadOnlyMemory<byte> content, ContentSink sink, CancellationToken cancellation)
    {
        server.Answering(this);
        await sink.WriteAsync(Frame.Encode(FrameKind.ContentHeader, new ContentHeader { Request = number, Length = (uint)content.Length }),
            cancellation);
        var uploads = server.Environment.Uploads;
        var piece = Math.Min(server.Environment.Options.PieceBytes, uploads.SliceBytes);
        var tally = new ByteTally(server.Environment.Clock, bytes => server.Environment.Source.Served(server.Peer, blob, bytes));
        try
        {
            for (var at = 0; at < content.Length; at += piece)
            {
                var part = content.Slice(at, Math.Min(piece, content.Length - at));
                await uploads.TakeAsync(part.Length, server.Ended);
                await sink.WriteAsync(part, cancellation);
                tally.Add(part.Length);
            }
        }
        finally
        {
            tally.Tell();
        }
    }

    private ValueTask RefuseAsync(ContentSink sink, FetchRefusal reason, CancellationToken cancellation)
    {
        server.Answering(this);
        return sink.WriteAsync(Frame.Encode(FrameKind.FetchRefused, new FetchRefused { Request = number, Reason = reason }), cancellation);
    }
}
