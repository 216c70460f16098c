using System.Collections.Immutable;
using Starling.Ledgers.Etcd;

namespace Starling.Daemon.Configuration;

/// <summary>
/// The member of the ledger's etcd that runs beside a node, as <c>starling ledger start --config</c> runs it. Paths are absolute.
/// </summary>
/// <param name="Name">Its name among the members.</param>
/// <param name="Join">All members, each <c>NAME=HOST</c> or <c>NAME=HOST:PORT</c>, as the command line takes them.</param>
/// <param name="Identity">Its certificate, which names its host, its key, and the authorities of all members.</param>
/// <param name="Folder">Where it keeps its data.</param>
/// <param name="Revocations">Lists of revoked certificates: whoever shows one of those is no client and no member.</param>
public sealed record LedgerMember(
    string Name, ImmutableArray<string> Join, EtcdIdentityFiles Identity, string Folder, ImmutableArray<string> Revocations);
