using Starling.Core.Identity;

namespace Starling.Node.Transport;

/// <summary>The sending end of a connection: counts bytes, and knows since when the other has not taken what is offered.</summary>
internal sealed class ContentSink(Stream stream, PeerEnvironment environment, NodeId peer)
{
    private long waitingSince;

    /// <summary>How long the current write has been waiting for the other side; zero if none does.</summary>
    public TimeSpan Waiting =>
        Interlocked.Read(ref waitingSince) is var since and not 0 ? environment.Clock.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>Writes; returns when the transport has taken the bytes.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        Interlocked.Exchange(ref waitingSince, Math.Max(1, environment.Clock.GetTimestamp()));
        await stream.WriteAsync(bytes, cancellation);
        Interlocked.Exchange(ref waitingSince, 0);
        environment.Metrics.Sent(peer, bytes.Length);
    }
}
