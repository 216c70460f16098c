using System.Collections.Immutable;
using Starling.Core.Identity;

namespace Starling.Daemon.Configuration;

/// <summary>Where a node's identity lies; all files are PEM, and read again when they change.</summary>
/// <param name="Certificate">The node's certificate, followed by the authorities between it and the anchor, if there are any.</param>
/// <param name="Key">Its private key, which signs what the node writes into the ledger.</param>
/// <param name="Anchors">The authorities that are trusted, at least one.</param>
public sealed record IdentityFiles(string Certificate, string Key, ImmutableArray<string> Anchors)
{
    /// <summary>Lists of revoked certificates.</summary>
    public ImmutableArray<string> Revocations { get; init; } = [];

    /// <summary>Who the holders of certificates are that others made.</summary>
    public ImmutableArray<IdentityMapping> Mapped { get; init; } = [];

    /// <summary>A certificate and key that others made, to show to peers in place of the node's own; null to show its own.</summary>
    public ShownIdentity? Shown { get; init; }

    /// <summary>
    /// Certificates that are shown to the ledger, by the node or by a member of etcd beside it. It is told when they expire, and no more.
    /// </summary>
    public ImmutableArray<string> OfLedger { get; init; } = [];

    /// <summary>The roles that what the node is told to do takes.</summary>
    public Roles Needed { get; init; }

    /// <summary>All files.</summary>
    public IEnumerable<string> All =>
        [Certificate, Key, .. Anchors, .. Revocations, .. Mapped.Select(mapping => mapping.Authority).OfType<string>(),
            .. Shown is ShownFiles shown ? [shown.Certificate, shown.Key] : Array.Empty<string>()];
}
