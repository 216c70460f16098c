using Google.Protobuf;

namespace Starling.Node.Transport;

/// <summary>A frame that is ready to be sent.</summary>
internal sealed class OutgoingFrame(byte[] bytes) : IOutgoing
{
    public OutgoingFrame(FrameKind kind, IMessage message)
        : this(Frame.Encode(kind, message))
    {
    }

    public ValueTask WriteAsync(ContentSink sink, CancellationToken cancellation) => sink.WriteAsync(bytes, cancellation);
}
