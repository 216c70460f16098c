using System.Collections.Immutable;

namespace Starling.Daemon.Configuration;

/// <summary>Where a node's identity lies; all files are PEM.</summary>
/// <param name="Certificate">The node's certificate, followed by the authorities between it and the anchor, if there are any.</param>
/// <param name="Key">Its private key.</param>
/// <param name="Anchors">The authorities that are trusted, at least one.</param>
public sealed record IdentityFiles(string Certificate, string Key, ImmutableArray<string> Anchors);
