using Google.Protobuf;
using Starling.Core.Identity;
using Starling.Node.Transport;
using Starling.Node.Transport.Wire;

namespace Starling.Fuzz.Targets;

/// <summary>Frames, and what a peer may say with them.</summary>
internal static class PeerFrameSeeds
{
    private static readonly ByteString Blob = ByteString.CopyFrom(Digest.Of("other"u8).ToArray());

    /// <summary>One frame of each kind that follows a hello.</summary>
    public static IEnumerable<byte[]> Frames() =>
    [
        Frame.Encode(FrameKind.Refused, new Refused { Code = 13, Sentence = "Good bye." }),
        Frame.Encode(FrameKind.Hint, new Hint { Contract = "trial", Height = 7 }),
        Frame.Encode(FrameKind.Word, new Word { Contract = "trial", Payload = Blob }),
        Frame.Encode(FrameKind.ManifestRequest, new ManifestRequest { Request = 1, Blob = Blob }),
        Frame.Encode(FrameKind.ChunkRequest, new ChunkRequest { Request = 2, Blob = Blob, Chunk = 3 }),
        Frame.Encode(FrameKind.ContentHeader, new ContentHeader { Request = 1, Length = 4 }),
        Frame.Encode(FrameKind.FetchRefused, new FetchRefused { Request = 2, Reason = FetchRefusal.NotHeld }),
        Frame.Encode(FrameKind.Cancel, new Cancel { Request = 1 }),
        Frame.Encode(FrameKind.Ping, new Ping { Nonce = 5 }),
        Frame.Encode(FrameKind.Pong, new Pong { Nonce = 5 }),
    ];

    /// <summary>Whole conversations.</summary>
    public static IEnumerable<byte[]> Conversations(NodeId self, NodeId peer)
    {
        var control = Hello(self, peer, ConnectionKind.Control);
        var bulk = Hello(self, peer, ConnectionKind.Bulk);
        yield return control;
        foreach (var frame in Frames())
        {
            yield return [.. control, .. frame];
            yield return [.. bulk, .. frame];
            yield return frame;
        }

        yield return [.. bulk, .. Frames().ElementAt(4), .. Frames().ElementAt(4)];
        yield return [.. bulk, .. Frames().ElementAt(4), .. Frame.Encode(FrameKind.Cancel, new Cancel { Request = 2 })];
        yield return [.. control, .. Frame.Encode(FrameKind.Hint, new Hint { Contract = "trial", Height = -1 })];
        yield return Frame.Encode(FrameKind.Refused,
            new Refused { Code = 1, Sentence = "\a\ud83d\ude00\u2028\u2029" + new string('s', 600) });
        var requests = Enumerable.Range(0, 66)
            .SelectMany(number => Frame.Encode(FrameKind.ChunkRequest, new ChunkRequest { Request = (uint)number, Blob = Blob }));
        yield return [.. bulk, .. requests];
        yield return [.. control, .. Enumerable.Repeat(Frame.Encode(FrameKind.Ping, new Ping()), 6000).SelectMany(frame => frame)];
        yield return [.. bulk, .. Enumerable.Repeat(Frame.Encode(FrameKind.Cancel, new Cancel()), 6000).SelectMany(frame => frame)];
        yield return [.. control,
            .. Enumerable.Repeat(Frame.Encode(FrameKind.Hint, new Hint { Contract = "t" }), 3000).SelectMany(frame => frame)];
        yield return [.. control,
            .. Enumerable.Repeat(Frame.Encode(FrameKind.Word, new Word { Contract = "t", Payload = ByteString.CopyFrom(1) }), 3000)
                .SelectMany(frame => frame)];
        yield return [.. control, .. Frame.Encode(FrameKind.Word, new Word { Contract = "trial" })];
        yield return [.. control,
            .. Frame.Encode(FrameKind.Word, new Word { Contract = "trial", Payload = ByteString.CopyFrom(new byte[4097]) })];
        yield return [.. bulk, .. Content(2, 128), .. Content(1, 57)];
        yield return [.. bulk, .. Refusal(1, FetchRefusal.Forbidden), .. Refusal(2, FetchRefusal.Cancelled)];
        yield return [.. bulk, .. Refusal(2, FetchRefusal.Unspecified)];
        yield return Frame.Encode(FrameKind.Hello, new Hello { Version = 2, Node = peer.Value });
        yield return Frame.Encode(FrameKind.Hello, new Hello { Version = 1, Node = self.Value });
        yield return Hello(self, peer, (ConnectionKind)3);
        yield return Hello(peer, peer, ConnectionKind.Bulk);
        yield return [.. control, .. Frame.Encode(FrameKind.Hint, new Hint { Contract = new string('c', 9000), Height = -1 })];
        yield return Frame.Encode(FrameKind.Refused, new Refused { Code = 99, Sentence = new string('\u2028', 600) });
    }

    private static byte[] Hello(NodeId self, NodeId peer, ConnectionKind kind) =>
        Frame.Encode(FrameKind.Hello,
            new Hello
            {
                Version = ProtocolVersions.Spoken.Newest,
                Node = peer.Value,
                Connection = kind,
                Instance = 2,
                Expected = self.Value
            });

    private static byte[] Content(uint request, int length) =>
        [.. Frame.Encode(FrameKind.ContentHeader, new ContentHeader { Request = request, Length = (uint)length }), .. new byte[length]];

    private static byte[] Refusal(uint request, FetchRefusal reason) =>
        Frame.Encode(FrameKind.FetchRefused, new FetchRefused { Request = request, Reason = reason });
}
