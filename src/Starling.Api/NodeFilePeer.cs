namespace Starling.Api;

/// <summary>Where a peer is reached.</summary>
/// <param name="Node">Its SPIFFE ID.</param>
/// <param name="Addresses">Where it listens, <c>host:port</c>, the preferred one first; at least one.</param>
public sealed record NodeFilePeer(string Node, IReadOnlyList<string> Addresses);
