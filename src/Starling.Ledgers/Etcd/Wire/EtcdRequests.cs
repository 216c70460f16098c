using System.Text.Json.Serialization;

namespace Starling.Ledgers.Etcd.Wire;

// The requests of etcd's JSON gateway that Starling makes (etcd v3.4, rpc.proto). Names are in snake case there; byte strings are base64.

/// <summary>Reads the keys from one on, below another one if that is given.</summary>
/// <param name="Key">The first key, or the only one.</param>
/// <param name="RangeEnd">The key above the last one.</param>
/// <param name="Limit">How many at most.</param>
/// <param name="KeysOnly">Whether values are left out.</param>
internal sealed record EtcdRange(byte[] Key, byte[]? RangeEnd = null, int? Limit = null, bool? KeysOnly = null);

/// <summary>Writes a key.</summary>
internal sealed record EtcdPut(byte[] Key, byte[] Value);

/// <summary>One operation of a transaction.</summary>
internal sealed record EtcdOperation(EtcdRange? RequestRange = null, EtcdPut? RequestPut = null);

/// <summary>
/// A condition of a transaction: the revision at which a key was last written is this one. A key that is not there has revision 0.
/// </summary>
/// <param name="Key">The key.</param>
/// <param name="ModRevision">The revision.</param>
/// <param name="Target">What is compared.</param>
/// <param name="Result">How.</param>
internal sealed record EtcdCompare(byte[] Key, long ModRevision, string Target = "MOD", string Result = "EQUAL");

/// <summary>If every condition holds the first operations are carried out, else the second ones.</summary>
internal sealed record EtcdTransaction(IReadOnlyList<EtcdCompare> Compare, IReadOnlyList<EtcdOperation> Success,
    IReadOnlyList<EtcdOperation> Failure);

/// <summary>Begins a watch.</summary>
/// <param name="Key">The first key.</param>
/// <param name="RangeEnd">The key above the last one.</param>
/// <param name="StartRevision">The first revision that is told.</param>
internal sealed record EtcdWatchStart(byte[] Key, byte[] RangeEnd, long StartRevision);

/// <summary>What is sent on a watch's stream.</summary>
internal sealed record EtcdWatchRequest(EtcdWatchStart CreateRequest);

/// <summary>Asks for all that there is.</summary>
internal sealed record EtcdNothing;

/// <summary>Tells of a new member.</summary>
/// <param name="PeerUrls">Where other members will reach it.</param>
internal sealed record EtcdMemberAdd([property: JsonPropertyName("peerURLs")] IReadOnlyList<string> PeerUrls);

/// <summary>Takes a member out.</summary>
/// <param name="Id">Which one.</param>
internal sealed record EtcdMemberRemove([property: JsonPropertyName("ID")] ulong Id);
