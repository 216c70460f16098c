using Starling.Ledgers.Etcd;

namespace Starling.Daemon.Configuration;

/// <summary>The ledger's backend.</summary>
/// <param name="Kind">Which backend.</param>
/// <param name="Path">Of the embedded ledger, its file; null for others.</param>
/// <param name="Etcd">Of a ledger in etcd, how it is reached; null for others.</param>
public sealed record LedgerConfiguration(LedgerKind Kind, string? Path, EtcdOptions? Etcd = null);
