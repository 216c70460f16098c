using Starling.Core.Identity;

namespace Starling.Node.Transport;

/// <summary>
/// On every connection of the node's port, also in <c>HttpContext.Features</c>: who is at the other end, proven by its certificate.
/// </summary>
public interface IPeerIdentityFeature
{
    /// <summary>The SPIFFE ID in the certificate, which a trusted authority vouches for.</summary>
    NodeId Node { get; }

    /// <summary>What the holder is there for; at least one role.</summary>
    Roles Roles { get; }
}
