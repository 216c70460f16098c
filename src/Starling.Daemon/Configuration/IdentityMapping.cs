using Starling.Core.Identity;

namespace Starling.Daemon.Configuration;

/// <summary>Who the holder of a certificate is that others made. Either a SPIFFE ID is mapped, or a host name.</summary>
/// <param name="Spiffe">A SPIFFE ID, or the beginning of several that ends in <c>/*</c>; null for a host name.</param>
/// <param name="Dns">A host name; null for a SPIFFE ID.</param>
/// <param name="Authority">Of a host name, the file of the authority that issued the certificate.</param>
/// <param name="Node">The node; null where the SPIFFE ID names it itself.</param>
/// <param name="Roles">What the holder is there for.</param>
public sealed record IdentityMapping(string? Spiffe, string? Dns, string? Authority, NodeId? Node, Roles Roles);
