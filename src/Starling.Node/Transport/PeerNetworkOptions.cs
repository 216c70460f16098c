using System.Collections.Immutable;
using Starling.Core.Blobs;

namespace Starling.Node.Transport;

/// <summary>Bounds and times of the connections between nodes.</summary>
public sealed record PeerNetworkOptions
{
    /// <summary>How long a TLS handshake may take, and after it the two hellos: 0.1 to 60 s.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an attempt to connect to one address may take: 0.1 to 60 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a node says that it lives: 0.05 to 60 s.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A peer that sends not one byte for so long is gone: 0.1 to 600 s, at least twice <see cref="KeepAliveInterval"/>.</summary>
    public TimeSpan SilenceTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// A peer that lives, but neither answers a request that was sent to it nor takes an answer for so long, is disconnected: 0.1 to
    /// 3600 s.
    /// </summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The wait after the first failed attempt to connect. It doubles up to <see cref="BackoffMost"/>, with jitter.
    /// </summary>
    public static readonly TimeSpan BackoffFirst = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest wait between attempts: up to 600 s, not below <see cref="BackoffFirst"/>.</summary>
    public TimeSpan BackoffMost { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The node with the lower id dials at once, the other so much later: 0 to 10 s. It saves most double attempts.</summary>
    public TimeSpan SecondDialDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Requests unanswered on one connection: 1 to 64.</summary>
    public int RequestsInFlight { get; init; } = MaxRequestsInFlight;

    /// <summary>Messages that wait to be sent to one peer; more are dropped and counted: 1 to 65536.</summary>
    public int SendQueue { get; init; } = 256;

    /// <summary>
    /// Connections accepted at a time, of nodes and API clients together: 1 to 65536. Clients may have three quarters of them, one
    /// client at most <see cref="PeerAcceptor.MostOfOneClient"/>, one node <see cref="PeerAcceptor.MostWithoutHello"/> besides those that
    /// stand, and those that have shown no certificate an eighth.
    /// </summary>
    public int MaxConnections { get; init; } = 1024;

    /// <summary>
    /// How much of a blob is handed to the transport at a time, and may go out before a message: 64 KiB to 1 MiB; less if
    /// <see cref="MaxUploadRate"/> is low.
    /// </summary>
    public int PieceBytes { get; init; } = 256 << 10;

    /// <summary>
    /// The most bytes of blobs that go out to all peers together, in bytes a second: at least <see cref="LeastUploadRate"/>;
    /// <see cref="long.MaxValue"/>, the default, for no limit. Peers have equal shares. Control connections and the API are not limited.
    /// </summary>
    public long MaxUploadRate { get; init; } = long.MaxValue;

    /// <summary>The chunk size of the network; only tests use another than 1 MiB.</summary>
    public int ChunkBytes { get; init; } = BlobManifest.StandardChunkBytes;

    /// <summary>The most requests in flight that the protocol permits on a connection.</summary>
    public const int MaxRequestsInFlight = 64;

    /// <summary>The lowest limit of uploads, in bytes a second: at less, peers would take a busy node for a silent one.</summary>
    public const long LeastUploadRate = 10_000;

    /// <summary>All that is wrong with the values, one sentence each; empty if nothing is.</summary>
    public ImmutableArray<string> Errors()
    {
        var errors = ImmutableArray.CreateBuilder<string>();
        Check(nameof(HandshakeTimeout), HandshakeTimeout, 0.1, 60);
        Check(nameof(ConnectTimeout), ConnectTimeout, 0.1, 60);
        Check(nameof(KeepAliveInterval), KeepAliveInterval, 0.05, 60);
        Check(nameof(SilenceTimeout), SilenceTimeout, Math.Max(0.1, 2 * KeepAliveInterval.TotalSeconds), 600);
        Check(nameof(AnswerTimeout), AnswerTimeout, 0.1, 3600);
        Check(nameof(BackoffMost), BackoffMost, BackoffFirst.TotalSeconds, 600);
        Check(nameof(SecondDialDelay), SecondDialDelay, 0, 10);
        CheckCount(nameof(RequestsInFlight), RequestsInFlight, 1, MaxRequestsInFlight);
        CheckCount(nameof(SendQueue), SendQueue, 1, 65536);
        CheckCount(nameof(MaxConnections), MaxConnections, 1, 65536);
        CheckCount(nameof(PieceBytes), PieceBytes, 64 << 10, 1 << 20);
        if (MaxUploadRate < LeastUploadRate)
            errors.Add($"{nameof(MaxUploadRate)} is {MaxUploadRate}; choose {LeastUploadRate} or more.");
        CheckCount(nameof(ChunkBytes), ChunkBytes, 1, BlobManifest.StandardChunkBytes);
        return errors.ToImmutable();

        void Check(string name, TimeSpan value, double least, double most)
        {
            if (!(value.TotalSeconds >= least && value.TotalSeconds <= most))
                errors.Add($"{name} is {value.TotalSeconds:0.###} s; choose {least:0.###} to {most:0.###} s.");
        }

        void CheckCount(string name, int value, int least, int most)
        {
            if (value < least || value > most)
                errors.Add($"{name} is {value}; choose {least} to {most}.");
        }
    }
}
