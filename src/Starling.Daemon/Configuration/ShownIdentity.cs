namespace Starling.Daemon.Configuration;

/// <summary>What a node shows to peers in place of its own certificate.</summary>
public abstract record ShownIdentity;

/// <summary>A certificate that others made, as files.</summary>
/// <param name="Certificate">The certificate, followed by the authorities between it and the anchor.</param>
/// <param name="Key">Its private key.</param>
public sealed record ShownFiles(string Certificate, string Key) : ShownIdentity;

/// <summary>What SPIRE, or another implementation of the SPIFFE Workload API, issues to this process and renews.</summary>
/// <param name="Socket">The path of its Unix socket.</param>
public sealed record ShownWorkload(string Socket) : ShownIdentity;
