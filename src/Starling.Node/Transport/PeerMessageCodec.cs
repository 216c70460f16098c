using Google.Protobuf;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Node.Transport.Wire;

namespace Starling.Node.Transport;

/// <summary>The kernel's messages as frames. Writing is for everyone, reading for one reading loop.</summary>
internal sealed class PeerMessageCodec
{
    private readonly KeptMessage<Hint> hint = new(new Hint(), message => (message.Contract, message.Height) = ("", 0));
    private readonly KeptMessage<Word> word = new(new Word(), message => (message.Contract, message.Payload) = ("", ByteString.Empty));

    public static OutgoingFrame Encode(PeerMessage message) => message switch
    {
        LedgerHint hint => new OutgoingFrame(FrameKind.Hint, new Hint { Contract = hint.Contract.Value, Height = hint.Height }),
        ProtocolMessage word =>
            new OutgoingFrame(FrameKind.Word,
                new Word { Contract = word.Contract.Value, Payload = ByteString.CopyFrom(word.Payload.AsSpan()) }),
        _ => throw new InvalidOperationException($"{message.GetType().Name} cannot be sent."),
    };

    /// <summary>Reads a message.</summary>
    /// <exception cref="PeerRefusedException">It is malformed.</exception>
    public PeerMessage Decode(Frame frame) => frame.Kind == FrameKind.Word ? Message(word.Read(frame)) : Message(hint.Read(frame));

    private static LedgerHint Message(Hint hint) => ContractId.TryParse(hint.Contract, out var contract) && hint.Height >= 0
        ? new LedgerHint(contract, hint.Height)
        : throw PeerRefusedException.BrokenRule("A hint names no contract, or a height below zero.");

    private static ProtocolMessage Message(Word word) =>
        ContractId.TryParse(word.Contract, out var contract) && word.Payload.Length is > 0 and <= ProtocolMessage.MaxPayloadBytes
            ? new ProtocolMessage(contract, [.. word.Payload.Span])
            : throw PeerRefusedException.BrokenRule(
                $"A word names no contract, or holds nothing or more than {ProtocolMessage.MaxPayloadBytes} bytes.");
}
