using Starling.Core.Identity;

namespace Starling.Node.Transport;

/// <summary>What a node thinks of the certificate at the other end of a connection.</summary>
/// <param name="Node">Who it is; nobody if refused.</param>
/// <param name="Expires">When the certificate does.</param>
/// <param name="Refusal">Why it is refused; null if it is trusted.</param>
/// <param name="Sentence">The reason for people; empty if it is trusted.</param>
internal sealed record PeerVerdict(NodeId Node, DateTimeOffset Expires, PeerRefusal? Refusal, string Sentence) : IPeerIdentityFeature
{
    public static PeerVerdict Refused(PeerRefusal refusal, string sentence) => new(default, default, refusal, sentence);

    /// <summary>Says it by exception, so that nobody can forget to look.</summary>
    public NodeId Demand() => Refusal is { } refusal ? throw new PeerRefusedException(refusal, Sentence, byOther: false) : Node;
}
