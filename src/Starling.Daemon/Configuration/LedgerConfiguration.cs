using Starling.Ledgers.Etcd;

namespace Starling.Daemon.Configuration;

/// <summary>The ledger's backend.</summary>
/// <param name="Kind">Which backend.</param>
/// <param name="Path">Of the embedded ledger, its file; null for others.</param>
/// <param name="Etcd">Of a ledger in etcd, how it is reached; null for others.</param>
/// <param name="Member">Of a ledger in etcd, the member that runs beside the node; the node itself has nothing to do with
/// it. Null for none.</param>
public sealed record LedgerConfiguration(LedgerKind Kind, string? Path, EtcdOptions? Etcd = null, LedgerMember? Member = null);
