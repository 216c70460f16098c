using Microsoft.Extensions.Logging.Abstractions;
using Starling.Core.Blobs;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Node.Transport;
using Starling.Node.Transport.Wire;

namespace Starling.Fuzz.Targets;

/// <summary>
/// What a peer sends over one connection, from its hello on: the handshake, then the reading loop of the connection that the hello asks
/// for. A manifest and a chunk were asked for, so that answers to requests 1 and 2 are awaited. What the node would send back is not sent.
/// </summary>
internal sealed class PeerFramesTarget : IFuzzTarget
{
    private const int ChunkBytes = 1024;

    private static readonly NodeId Self = NodeId.Create("a", "b", "self");
    private static readonly NodeId Peer = NodeId.Create("a", "b", "peer");
    private static readonly BlobId Blob = new(Digest.Of("blob"u8));

    private readonly Listener listener = new();
    private readonly PeerEnvironment environment = new(
        Self, 1, new PeerNetworkOptions { ChunkBytes = ChunkBytes }, new NoBlobs(), TimeProvider.System, new TransportMetrics(),
        NullLogger.Instance);

    public string Name => "peer-frames";

    public int UsualBytes => 512;

    /// <summary>
    /// Of a whole conversation, of which nothing stays: a word of 11 bytes, which the kernel gets as an object with an array, takes most.
    /// What may be allocated before the next bytes are read, 64 KiB and twice what came, is checked by <see cref="PiecewiseStream"/>.
    /// </summary>
    public double MostAllocatedPerByte => 14;

    public LengthForm Lengths => LengthForm.BigEndian32;

    public IReadOnlyList<string> Parsers { get; } =
    [
        "Starling.Node.Transport.FrameReader", "Starling.Node.Transport.Frame::MostBytes", "Starling.Node.Transport.Frame::Parse",
        "Starling.Node.Transport.PeerMessageCodec::Decode", "Starling.Node.Transport.PeerMessageCodec::Message",
        "Starling.Node.Transport.PeerHandshake::AwaitAsync", "Starling.Node.Transport.PeerHandshake::Refusal",
        "Starling.Node.Transport.PeerText", "Starling.Node.Transport.PeerConnection::ReadLoopAsync",
        "Starling.Node.Transport.PeerConnection::BulkAsync", "Starling.Node.Transport.PeerConnection::Answer",
        "Starling.Node.Transport.PeerConnection::Note", "Starling.Node.Transport.RequestServer::Accept",
        "Starling.Node.Transport.RequestServer::Cancel", "Starling.Node.Transport.RequestServer::Blob",
        "Starling.Node.Transport.RequestClient::ReceiveAsync", "Starling.Node.Transport.RequestClient::Refused",
        "Starling.Node.Transport.RequestClient::Find", "Starling.Node.Transport.RequestClient::Finish",
        "Starling.Node.Transport.PendingFetch::ReceiveAsync",
    ];

    public IReadOnlyList<byte[]> Words { get; } =
    [
        .. PeerFrameSeeds.Frames(), .. FuzzWords.Of("trial", Self.Value, Peer.Value), [0xff, 0xff, 0xff, 0xff, 0x0f], [0, 0, 0, 0, 9],
        [0, 0, 0, 0, 3], [0, 0, 0, 0, 11], [0, 1, 0, 0, 3], [0x0a, 0x00], [0x08, 0x01],
    ];

    public IEnumerable<byte[]> Seeds() => PeerFrameSeeds.Conversations(Self, Peer);

    public bool Parse(byte[] input)
    {
        var before = SynchronizationContext.Current;
        var later = new PostedWork();
        SynchronizationContext.SetSynchronizationContext(later);
        try
        {
            return Converse(input, later);
        }
        catch (PeerRefusedException)
        {
            return false;
        }
        catch (EndOfStreamException)
        {
            return true;
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    private bool Converse(byte[] input, PostedWork later)
    {
        var secured = new SecuredStream(new PiecewiseStream(input), new PeerVerdict(Peer, Roles.Learner, DateTimeOffset.MaxValue, null, ""),
            "fuzz", () => { });
        var handshake = new PeerHandshake(secured, Self, 1);
        var greeting = Completed(handshake.AwaitAsync(CancellationToken.None));
        var connection = new PeerConnection(environment, secured, handshake.Reader, greeting, new PeerLink(environment, Peer, listener));
        if (greeting.Kind == ConnectionKind.Bulk)
        {
            _ = connection.Requests.ManifestAsync(Blob, ChunkBytes, CancellationToken.None);
            _ = connection.Requests.ChunkAsync(Blob, 0, ChunkBytes / 8, () => new byte[ChunkBytes / 8], _ => { }, CancellationToken.None);
        }

        try
        {
            Completed(connection.ReadLoopAsync(CancellationToken.None));
            return true;
        }
        finally
        {
            connection.Requests.Dispose();
            later.Run();
        }
    }

    // Nothing waits: the stream answers at once.
    private static void Completed(Task task)
    {
        if (!task.IsCompleted)
            throw new PropertyException("The reading loop waits for something else than bytes.");
        task.GetAwaiter().GetResult();
    }

    private static Greeting Completed(Task<Greeting> task)
    {
        Completed((Task)task);
        return task.Result;
    }

    private sealed class Listener : IPeerListener
    {
        public void PeerUp(NodeId peer)
        {
        }

        public void PeerDown(NodeId peer)
        {
        }

        public void MessageArrived(NodeId peer, PeerMessage message)
        {
        }
    }

    private sealed class NoBlobs : IBlobSource
    {
        public bool Permits(NodeId peer, BlobId blob) => false;

        public BlobManifest? Manifest(BlobId blob) => null;

        public ValueTask<bool> ReadChunkAsync(BlobId blob, int chunk, Memory<byte> destination, CancellationToken cancellation) =>
            new(false);

        public void Served(NodeId peer, BlobId blob, int bytes)
        {
        }
    }
}
