namespace Starling.Api;

/// <summary>A contract as this node folded it: <c>GET /v1/contracts/{id}</c>.</summary>
/// <param name="Contract">Its name.</param>
/// <param name="Founding">The id of its entry 0, in hexadecimal.</param>
/// <param name="Epoch">Grows by one with each restart by an admin, from 0.</param>
/// <param name="Height">How many entries the node has folded.</param>
/// <param name="ChainHead">The chain hash over those, in hexadecimal.</param>
/// <param name="Settings">The settings in force; null before the contract is founded.</param>
/// <param name="Members">The open round's members, sorted.</param>
/// <param name="Commits">The latest commits that the fold still has on record, oldest first.</param>
public sealed record ContractDescription(
    string Contract,
    string Founding,
    long Epoch,
    long Height,
    string ChainHead,
    ContractSettings? Settings,
    IReadOnlyList<string> Members,
    IReadOnlyList<CommitDescription> Commits);
