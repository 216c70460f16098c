namespace Starling.Node.Transport;

/// <summary>A connection was refused, by this node or by the other.</summary>
internal sealed class PeerRefusedException(PeerRefusal code, string sentence, bool byOther) : IOException(sentence)
{
    public PeerRefusal Code { get; } = code;

    /// <summary>Whether the other node refused. Otherwise this one did, and owes the other the sentence.</summary>
    public bool ByOther { get; } = byOther;

    /// <summary>The other broke a rule: what it sent is not in the protocol, or exceeds a bound.</summary>
    public static PeerRefusedException BrokenRule(string sentence) => new(PeerRefusal.BrokenRule, sentence, byOther: false);
}
