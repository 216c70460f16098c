namespace Starling.Daemon.Configuration;

/// <summary>A ledger backend.</summary>
public enum LedgerKind
{
    /// <summary>One SQLite file, opened by every process of this host.</summary>
    Embedded,

    /// <summary>An etcd cluster, of which each organisation runs a member.</summary>
    Etcd,
}
