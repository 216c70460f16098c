using System.Buffers.Binary;
using Google.Protobuf;

namespace Starling.Node.Transport;

/// <summary>One frame: four bytes of payload length, big-endian, one byte of kind, the payload.</summary>
/// <param name="Kind">What the payload is.</param>
/// <param name="Payload">A Protobuf message; valid until the next frame is read.</param>
internal readonly record struct Frame(FrameKind Kind, ReadOnlyMemory<byte> Payload)
{
    public const int HeaderBytes = 5;

    /// <summary>The most bytes of payload of this kind; zero for a kind that does not exist.</summary>
    public static int MostBytes(FrameKind kind) => kind switch
    {
        FrameKind.Hello => 2 << 10,
        FrameKind.Refused => 2 << 10,
        FrameKind.Hint => 64 << 10,
        FrameKind.Word => 5 << 10,
        FrameKind.ManifestRequest or FrameKind.ChunkRequest or FrameKind.ContentHeader => 128,
        FrameKind.FetchRefused or FrameKind.Cancel or FrameKind.Ping or FrameKind.Pong => 64,
        _ => 0,
    };

    /// <summary>The bytes of a frame.</summary>
    public static byte[] Encode(FrameKind kind, IMessage message)
    {
        var length = message.CalculateSize();
        if (length > MostBytes(kind))
            throw new InvalidOperationException($"A frame {kind} of {length} bytes is too long to send.");
        var bytes = new byte[HeaderBytes + length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, length);
        bytes[4] = (byte)kind;
        message.WriteTo(bytes.AsSpan(HeaderBytes));
        return bytes;
    }

    /// <summary>Reads the payload into a new message, and passes over the fields of later versions.</summary>
    /// <exception cref="PeerRefusedException">It is no such message.</exception>
    public T Decode<T>(MessageParser<T> parser)
        where T : IMessage<T> => Parse(Tolerant<T>.Parser ??= parser.WithDiscardUnknownFields(true));

    /// <summary>Reads the payload with the parser as it is.</summary>
    /// <exception cref="PeerRefusedException">It is no such message.</exception>
    public T Parse<T>(MessageParser<T> parser)
        where T : IMessage<T>
    {
        try
        {
            return parser.ParseFrom(Payload.Span);
        }
        catch (InvalidProtocolBufferException)
        {
            throw PeerRefusedException.BrokenRule($"The payload of a frame {Kind} is not such a message.");
        }
    }

    /// <summary>A message's parser that passes over the fields of later versions; made once, not for each frame.</summary>
    private static class Tolerant<T>
        where T : IMessage<T>
    {
        public static MessageParser<T>? Parser { get; set; }
    }
}
