namespace Starling.Node.Transport;

/// <summary>A connection after its TLS handshake, before anything was said.</summary>
/// <param name="Stream">Encrypted.</param>
/// <param name="Verdict">What this node thinks of the other's certificate.</param>
/// <param name="Remote">Where it comes from, for people.</param>
/// <param name="Abort">Breaks the connection at once.</param>
internal sealed record SecuredStream(Stream Stream, PeerVerdict Verdict, string Remote, Action Abort);
