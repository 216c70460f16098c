namespace Starling.Api;

/// <summary>A node that the asked one knows: an item of <c>GET /v1/nodes</c>.</summary>
/// <param name="Node">Its SPIFFE ID.</param>
/// <param name="Organisation">The organisation that it belongs to.</param>
/// <param name="IsSelf">Whether it is the asked node itself.</param>
/// <param name="Connected">Whether there is a standing connection with it, or it is the node itself.</param>
/// <param name="Addresses">Where it may be reached, the preferred one first; of the node itself, where it listens.</param>
/// <param name="Contracts">The contracts that both have a part in.</param>
public sealed record NodeDescription(string Node, string Organisation, bool IsSelf, bool Connected, IReadOnlyList<string> Addresses,
    IReadOnlyList<string> Contracts);
