using System.Text.Json.Serialization;

namespace Starling.Ledgers.Etcd.Wire;

// The answers of etcd's JSON gateway, as far as Starling reads them. What is zero, false or empty is left out of them.

/// <summary>Who answers.</summary>
/// <param name="ClusterId">The cluster.</param>
/// <param name="Revision">How many changes the cluster has seen.</param>
internal sealed record EtcdHeader(ulong ClusterId, long Revision);

/// <summary>An answer that says who gives it.</summary>
internal interface IEtcdAnswer
{
    /// <summary>Who answers.</summary>
    EtcdHeader? Header { get; }
}

/// <summary>A key with what is stored there.</summary>
internal sealed record EtcdPair(byte[]? Key, byte[]? Value, long ModRevision);

/// <summary>The keys that were read.</summary>
internal sealed record EtcdRangeAnswer(EtcdHeader? Header, IReadOnlyList<EtcdPair>? Kvs, bool More) : IEtcdAnswer;

/// <summary>What one operation of a transaction gave.</summary>
internal sealed record EtcdOperationAnswer(EtcdRangeAnswer? ResponseRange);

/// <summary>What a transaction gave.</summary>
internal sealed record EtcdTransactionAnswer(EtcdHeader? Header, bool Succeeded, IReadOnlyList<EtcdOperationAnswer>? Responses)
    : IEtcdAnswer
{
    /// <summary>The pairs that the operation at a place read.</summary>
    public IReadOnlyList<EtcdPair> Pairs(int place) =>
        Responses is not null && place < Responses.Count ? Responses[place].ResponseRange?.Kvs ?? [] : [];
}

/// <summary>One change of a watched key.</summary>
internal sealed record EtcdEvent(EtcdPair? Kv);

/// <summary>What a watch tells.</summary>
internal sealed record EtcdWatchNews(EtcdHeader? Header, bool Canceled, IReadOnlyList<EtcdEvent>? Events);

/// <summary>A line of a watch's stream: news, or the end.</summary>
internal sealed record EtcdWatchLine(EtcdWatchNews? Result);

/// <summary>A member of the cluster.</summary>
internal sealed record EtcdMemberLine(
    [property: JsonPropertyName("ID")] ulong Id, string? Name, [property: JsonPropertyName("peerURLs")] IReadOnlyList<string>? PeerUrls,
    [property: JsonPropertyName("clientURLs")] IReadOnlyList<string>? ClientUrls);

/// <summary>The members, after what was asked for.</summary>
internal sealed record EtcdMembersAnswer(EtcdHeader? Header, IReadOnlyList<EtcdMemberLine>? Members) : IEtcdAnswer;

/// <summary>Why a request is refused.</summary>
/// <param name="Error">The reason, as in <c>etcdserver: no leader</c>.</param>
internal sealed record EtcdRefusal(string? Error);
