using Starling.Core.Identity;
using Starling.Node.Transport.Wire;

namespace Starling.Node.Transport;

/// <summary>The requests of one peer that were not answered yet.</summary>
internal sealed class RequestServer(PeerEnvironment environment, NodeId peer) : IDisposable
{
    private readonly CancellationTokenSource ended = new();
    private readonly Lock gate = new();
    private readonly Dictionary<uint, ServedRequest> waiting = [];
    private readonly KeptMessage<Cancel> cancel = new(new Cancel(), message => message.Request = 0);

    public PeerEnvironment Environment => environment;

    public NodeId Peer => peer;

    /// <summary>The connection has ended, though its loops may still run: its answers take no more of what this node may upload.</summary>
    public CancellationToken Ended => ended.Token;

    /// <summary>Takes a request in.</summary>
    /// <returns>What will answer it, when its turn on the connection comes.</returns>
    /// <exception cref="PeerRefusedException">It breaks a rule.</exception>
    public ServedRequest Accept(Frame frame)
    {
        ServedRequest request;
        if (frame.Kind == FrameKind.ManifestRequest)
        {
            var wire = frame.Decode(ManifestRequest.Parser);
            request = new ServedRequest(this, wire.Request, Blob(wire.Blob.Span), chunk: null);
        }
        else
        {
            var wire = frame.Decode(ChunkRequest.Parser);
            request = new ServedRequest(this, wire.Request, Blob(wire.Blob.Span), wire.Chunk);
        }
        lock (gate)
        {
            if (waiting.Count >= PeerNetworkOptions.MaxRequestsInFlight)
                throw PeerRefusedException.BrokenRule($"More than {PeerNetworkOptions.MaxRequestsInFlight} requests wait at a time.");
            if (!waiting.TryAdd(request.Number, request))
                throw PeerRefusedException.BrokenRule($"Request {request.Number} was made twice.");
        }
        return request;
    }

    /// <summary>The peer no longer wants an answer. One that was answered meanwhile is no mistake.</summary>
    public void Cancel(Frame frame)
    {
        var number = cancel.Read(frame).Request;
        lock (gate)
            if (waiting.TryGetValue(number, out var request))
                request.Cancelled = true;
    }

    /// <summary>The answer is about to go out, so that its number may be used again.</summary>
    public void Answering(ServedRequest request)
    {
        lock (gate)
            waiting.Remove(request.Number);
    }

    /// <summary>The connection has ended.</summary>
    public void Dispose() => ended.Cancel();

    private static BlobId Blob(ReadOnlySpan<byte> bytes) => bytes.Length == Digest.Size
        ? new BlobId(new Digest(bytes))
        : throw PeerRefusedException.BrokenRule($"A blob's id has {Digest.Size} bytes, not {bytes.Length}.");
}
