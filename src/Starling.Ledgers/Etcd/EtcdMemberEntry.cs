using System.Collections.Immutable;

namespace Starling.Ledgers.Etcd;

/// <summary>A member as its cluster knows it.</summary>
/// <param name="Id">Its id, by which it is removed.</param>
/// <param name="Name">Its name; empty if it was added and has not been started yet.</param>
/// <param name="PeerUrls">Where other members reach it.</param>
/// <param name="ClientUrls">Where clients reach it; empty if it has not been started yet.</param>
public sealed record EtcdMemberEntry(ulong Id, string Name, ImmutableArray<string> PeerUrls, ImmutableArray<string> ClientUrls);
