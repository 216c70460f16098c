using System.Net.Security;

namespace Starling.Node.Transport;

/// <summary>The names between which ALPN chooses on the node's port (RFC 7301).</summary>
internal static class PeerProtocol
{
    /// <summary>Frames and raw chunks between nodes.</summary>
    public static readonly SslApplicationProtocol Starling = new("starling/1");
}
