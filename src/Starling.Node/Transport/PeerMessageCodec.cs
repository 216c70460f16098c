using Google.Protobuf;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Node.Transport.Wire;

namespace Starling.Node.Transport;

/// <summary>The kernel's messages as frames.</summary>
internal static class PeerMessageCodec
{
    public static OutgoingFrame Encode(PeerMessage message) => message switch
    {
        LedgerHint hint => new OutgoingFrame(FrameKind.Hint, new Hint { Contract = hint.Contract.Value, Height = hint.Height }),
        ProtocolMessage word => new OutgoingFrame(FrameKind.Word, new Word { Contract = word.Contract.Value, Payload = ByteString.CopyFrom(word.Payload.AsSpan()) }),
        _ => throw new InvalidOperationException($"{message.GetType().Name} cannot be sent."),
    };

    /// <summary>Reads a message.</summary>
    /// <exception cref="PeerRefusedException">It is malformed.</exception>
    public static PeerMessage Decode(Frame frame)
    {
        if (frame.Kind == FrameKind.Word)
            return Decode(frame.Decode(Word.Parser));
        var hint = frame.Decode(Hint.Parser);
        return ContractId.TryParse(hint.Contract, out var contract) && hint.Height >= 0
            ? new LedgerHint(contract, hint.Height)
            : throw PeerRefusedException.BrokenRule("A hint names no contract, or a height below zero.");
    }

    private static ProtocolMessage Decode(Word word) =>
        ContractId.TryParse(word.Contract, out var contract) && word.Payload.Length is > 0 and <= ProtocolMessage.MaxPayloadBytes
            ? new ProtocolMessage(contract, [.. word.Payload.Span])
            : throw PeerRefusedException.BrokenRule($"A word names no contract, or holds nothing or more than {ProtocolMessage.MaxPayloadBytes} bytes.");
}
