using Starling.Api.Contracts;

namespace Starling.Api;

/// <summary>A node at this moment: <c>GET /v1/status</c>.</summary>
/// <param name="Node">Its SPIFFE ID.</param>
/// <param name="Organisation">The organisation that it belongs to.</param>
/// <param name="Version">The version of its software.</param>
/// <param name="Phase">What it is doing.</param>
/// <param name="Sentence">The same in words, with whom it waits for.</param>
/// <param name="Contract">The contract that it follows.</param>
/// <param name="Round">The open round, or the node's own where each member goes through its rounds by itself, from 1, or the last one once
/// training has ended; 0 before the contract is read.</param>
/// <param name="Rounds">How many rounds the contract trains; 0 before it is read.</param>
/// <param name="Opening">The round's opening, from 1.</param>
/// <param name="Term">The round's term, from 1.</param>
/// <param name="MinPeers">How many members a round needs.</param>
/// <param name="Leader">Who leads the term; null if nobody does.</param>
/// <param name="View">The round's members, sorted.</param>
/// <param name="Ready">Members whose update is announced, sorted.</param>
/// <param name="Awaited">Members whose update is not, sorted; where each goes through its rounds by itself, those whose updates
/// this node waits for.</param>
/// <param name="Height">How many ledger entries of that contract the node has folded.</param>
/// <param name="ChainHead">The chain hash over those, in hexadecimal.</param>
/// <param name="Base">The model that the round trains from, the last committed merge or the node's own; null in the first round.</param>
/// <param name="BytesIn">Bytes received from peers since the node started.</param>
/// <param name="BytesOut">Bytes sent to peers since the node started.</param>
/// <param name="Local">The node's own last update; null before the first.</param>
/// <param name="Merged">The last merge; null before the first.</param>
/// <param name="UptimeSeconds">How long the node has run.</param>
/// <param name="RemainingSeconds">When training will end at the pace of the last rounds; null if that cannot be told.</param>
/// <param name="Cursor">The cursor of the last event, to read on from; 0 before the first.</param>
/// <param name="CertificateExpires">When the certificate expires that the node shows to others.</param>
/// <param name="Warnings">What the node's owner should look after soon, such as certificates that expire within 30 days, or a ledger
/// that does not answer; sentences.</param>
public sealed record NodeStatus(
    string Node,
    string Organisation,
    string Version,
    NodePhase Phase,
    string Sentence,
    string Contract,
    long Round,
    long Rounds,
    long Opening,
    long Term,
    int MinPeers,
    string? Leader,
    IReadOnlyList<string> View,
    IReadOnlyList<string> Ready,
    IReadOnlyList<string> Awaited,
    long Height,
    string ChainHead,
    string? Base,
    long BytesIn,
    long BytesOut,
    Measurement? Local,
    Measurement? Merged,
    double UptimeSeconds,
    double? RemainingSeconds,
    long Cursor,
    DateTimeOffset CertificateExpires,
    IReadOnlyList<string> Warnings)
{
    /// <summary>While the node drains: what it awaits before it stops, a sentence; null if it does not drain.</summary>
    public string? Draining { get; init; }

    /// <summary>Where the node stands in each contract that it follows, sorted by name.</summary>
    public IReadOnlyList<FollowedContract> Followed { get; init; } = [];
}
