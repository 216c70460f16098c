using System.Collections.Immutable;

namespace Starling.Ledgers.Etcd;

/// <summary>
/// By what a client of etcd is known, and whom it believes; all files are PEM. They are read again when one of them has changed.
/// </summary>
/// <param name="Certificate">Its certificate, followed by the authorities between it and the anchor, if there are any.</param>
/// <param name="Key">The private key of it, not encrypted.</param>
/// <param name="Anchors">The authorities that members' certificates lead to, at least one.</param>
public sealed record EtcdIdentityFiles(string Certificate, string Key, ImmutableArray<string> Anchors);
