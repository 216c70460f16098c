using System.Collections.Immutable;
using Starling.Core.Identity;

namespace Starling.Node.Transport;

/// <summary>What a node thinks of the certificate at the other end of a connection.</summary>
/// <param name="Node">Who it is; nobody if refused.</param>
/// <param name="Roles">What it is there for; none if refused.</param>
/// <param name="Expires">When the certificate does.</param>
/// <param name="Refusal">Why it is refused; null if it is trusted.</param>
/// <param name="Sentence">The reason for people; empty if it is trusted.</param>
internal sealed record PeerVerdict(NodeId Node, Roles Roles, DateTimeOffset Expires, PeerRefusal? Refusal, string Sentence)
    : IPeerIdentityFeature
{
    /// <summary>The certificates that were shown, DER, the holder's first and the trusted authority's last; none if refused.</summary>
    public ImmutableArray<ImmutableArray<byte>> Shown { get; init; } = [];

    /// <summary>By whose credentials it was judged; null if refused.</summary>
    public PeerCredentials? JudgedBy { get; init; }

    public static PeerVerdict Refused(PeerRefusal refusal, string sentence) => new(default, default, default, refusal, sentence);

    /// <summary>Demands a peer, and says by exception that it is none, so that nobody can forget to look.</summary>
    public NodeId Demand() => Objection() is { } objection ? throw objection : Node;

    /// <summary>Why this is no peer; null if it is one.</summary>
    public PeerRefusedException? Objection()
    {
        if (Refusal is { } refusal)
            return new PeerRefusedException(refusal, Sentence, byOther: false);
        return Permissions.Allow(Roles, NodeAction.Connect)
            ? null
            : new PeerRefusedException(PeerRefusal.NoRole,
                $"{Node} may not connect as a peer: its certificate gives it {RoleExtension.Text(Roles)}, and {RoleExtension.Text(Permissions.Needed(NodeAction.Connect))} are the roles that may. Issue one with such a role.",
                byOther: false);
    }
}
