using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Node.Identity;

namespace Starling.Node.Transport;

/// <summary>
/// Says who the holder of a certificate is, and what it is there for: by what the certificate says itself, or as the owner of this node has
/// mapped it. That a trusted authority vouches for it, and that it is valid, is proven before.
/// </summary>
/// <param name="trust">Whom this node believes.</param>
/// <param name="root">The authority at the end of the chain.</param>
/// <param name="shown">The chain, DER, the holder's certificate first and the root last.</param>
/// <param name="subject">What to call the certificate in sentences.</param>
internal sealed class PeerNaming(TrustTerms trust, TrustedAuthority root, ImmutableArray<ImmutableArray<byte>> shown, string subject)
{
    private static readonly X509Certifier Certifier = new();

    /// <summary>Names the holder, or refuses.</summary>
    public PeerVerdict Judge(CertificateDocument? document)
    {
        if (document is null || document.IsAuthority)
            return NoName();
        if (document.Node is { } node)
            return JudgeNode(document, node);
        if (trust.Mapped.FirstOrDefault(mapped => Fits(mapped, document)) is not { } found)
            return NoName();
        return found switch
        {
            MappedHost host => Named(host.Node, host.Roles),
            MappedSpiffe { Node: { } meant } spiffe =>
                Speaks(TrustDomainOf(document.Uri!)) ? Named(meant, spiffe.Roles) : NotVouched(TrustDomainOf(document.Uri!)),
            _ => NoName(),
        };
    }

    private PeerVerdict JudgeNode(CertificateDocument document, NodeId node)
    {
        var mapped = document.Roles == Roles.None ? trust.Mapped.FirstOrDefault(mapped => Fits(mapped, document)) : null;
        if (mapped is MappedHost host)
            return Named(host.Node, host.Roles);
        if (!root.IsAnchor || Certifier.Certify([.. trust.Anchors], shown)?.Node != node)
            return NotVouched(node.TrustDomain);
        if (mapped is MappedSpiffe spiffe)
            return Named(spiffe.Node ?? node, spiffe.Roles);
        return document.Roles != Roles.None
            ? Named(node, document.Roles)
            : PeerVerdict.Refused(PeerRefusal.NoRole,
                $"The certificate of {subject} gives it no role; issue one with 'starling ca issue --role', or name its roles under 'identity.mapped' in the node.yaml of whoever refuses it.");
    }

    private bool Fits(MappedIdentity mapped, CertificateDocument document) => mapped switch
    {
        MappedHost host => root.Is(host.Authority.AsSpan()) && document.HostNames.Contains(host.HostName, StringComparer.OrdinalIgnoreCase),
        MappedSpiffe spiffe => root.IsAnchor && document.Uri is { } uri && spiffe.Matches(uri),
        _ => false,
    };

    // Of a SPIFFE ID that names no node. The chain itself is proven; what is left to ask is whether the authorities
    // speak for the trust domain.
    private bool Speaks(string trustDomain) => root.Document.TrustDomain == trustDomain
        && shown.Skip(1).Select(CertificateDocument.Read)
            .All(authority => authority is not null && (!authority.HasUri || authority.TrustDomain == trustDomain));

    private static string TrustDomainOf(string spiffe) => spiffe.Split('/')[2];

    private static PeerVerdict Named(NodeId node, Roles roles) => new(node, roles, default, null, "");

    private PeerVerdict NotVouched(string trustDomain) => PeerVerdict.Refused(PeerRefusal.UnknownAuthority,
        $"No trusted authority of the trust domain {PeerText.Clean(trustDomain)} vouches for the certificate of {subject}.");

    private PeerVerdict NoName() => PeerVerdict.Refused(PeerRefusal.NoSpiffeId,
        $"The certificate of {subject} does not name a node; its one URI must be spiffe://trust-domain/organisation/node, and its key on the curve P-256. One that others made can be mapped to a node under 'identity.mapped' in the node.yaml of whoever refuses it.");
}
