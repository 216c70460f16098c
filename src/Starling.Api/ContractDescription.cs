using Starling.Api.Contracts;

namespace Starling.Api;

/// <summary>
/// A training contract as this node folded it: <c>GET /v1/contracts/{id}</c>. One that the node does not follow it replays from the ledger.
/// </summary>
/// <param name="Contract">Its name.</param>
/// <param name="Founding">The id of its entry 0, in hexadecimal.</param>
/// <param name="Followed">Whether the node follows it.</param>
/// <param name="Stage">Where it stands.</param>
/// <param name="Epoch">Grows by one with each restart by an admin, from 0.</param>
/// <param name="Height">How many entries the node has folded.</param>
/// <param name="ChainHead">The chain hash over those, in hexadecimal.</param>
/// <param name="Settings">The settings of the round that opens next: those of the open one, but for what an admin changed since it opened;
/// null before the contract is founded.</param>
/// <param name="Admins">Who may change settings and membership, sorted.</param>
/// <param name="Members">The open round's members, sorted.</param>
/// <param name="Round">The open round, from 1; once training has ended, the one that would be next; 0 before the contract is founded, and
/// where members go through rounds each by itself always 1.</param>
/// <param name="Opening">The round's opening, from 1.</param>
/// <param name="Term">The round's term, from 1.</param>
/// <param name="Leader">Who leads the term; null if nobody does.</param>
/// <param name="Ready">Members whose update is announced, sorted.</param>
/// <param name="Unconnected">Members that this node has no connection to, sorted: an announced update that only they hold
/// is waited for, too.</param>
/// <param name="Commits">The latest commits that the fold still has on record, oldest first.</param>
public sealed record ContractDescription(
    string Contract,
    string Founding,
    bool Followed,
    ContractStage Stage,
    long Epoch,
    long Height,
    string ChainHead,
    ContractSettings? Settings,
    IReadOnlyList<string> Admins,
    IReadOnlyList<string> Members,
    long Round,
    long Opening,
    long Term,
    string? Leader,
    IReadOnlyList<string> Ready,
    IReadOnlyList<string> Unconnected,
    IReadOnlyList<CommitDescription> Commits)
{
    /// <summary>How many members the open round needs; 0 before the contract is founded.</summary>
    public int MinPeers { get; init; }

    /// <summary>
    /// The members of the round that opens next, sorted: without those that leave or were expelled, with those that join.
    /// </summary>
    public IReadOnlyList<string> Next { get; init; } = [];

    /// <summary>
    /// Whom an admin expelled, sorted: no round waits for them, also not one that counts them among its members since it opened before.
    /// </summary>
    public IReadOnlyList<string> Expelled { get; init; } = [];
}
