using System.Collections.Immutable;
using Starling.Core.Identity;

namespace Starling.Node.Identity;

/// <summary>Whom a node believes.</summary>
/// <param name="Anchors">DER certificates of the authorities that are trusted, self-signed; at least one.</param>
/// <param name="Mapped">Who the holders of other certificates are; the first that fits counts.</param>
/// <param name="Revocations">Lists of revoked certificates, each of a trusted authority.</param>
public sealed record TrustTerms(ImmutableArray<ImmutableArray<byte>> Anchors, ImmutableArray<MappedIdentity> Mapped,
    ImmutableArray<RevocationList> Revocations)
{
    /// <summary>Believes authorities, and nothing besides.</summary>
    public TrustTerms(IEnumerable<ImmutableArray<byte>> anchors)
        : this([.. anchors], [], [])
    {
    }
}
