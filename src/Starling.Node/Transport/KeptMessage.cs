using Google.Protobuf;

namespace Starling.Node.Transport;

/// <summary>
/// One message of a kind that a connection reads again and again: each frame is read into the same object, or a peer's smallest frames
/// would each cost several times their bytes. For one reading loop; valid until the next frame.
/// </summary>
/// <param name="message">The message.</param>
/// <param name="clear">Sets its fields to what they are when a frame does not name them.</param>
internal sealed class KeptMessage<T>(T message, Action<T> clear)
    where T : IMessage<T>
{
    private readonly MessageParser<T> parser = new MessageParser<T>(() =>
    {
        clear(message);
        return message;
    }).WithDiscardUnknownFields(true);

    /// <summary>Reads a frame's payload.</summary>
    /// <exception cref="PeerRefusedException">It is no such message.</exception>
    public T Read(Frame frame) => frame.Parse(parser);
}
