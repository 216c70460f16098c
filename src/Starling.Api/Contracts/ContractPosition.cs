namespace Starling.Api.Contracts;

/// <summary>What the caller's next entry must say of where it stands: <c>GET /v1/contracts/{id}/position</c>.</summary>
/// <param name="Contract">The contract.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="Author">The caller.</param>
/// <param name="Epoch">The contract's epoch.</param>
/// <param name="Incarnation">The caller's incarnation; 1 for one who has written nothing.</param>
/// <param name="Sequence">The sequence number of the caller's next entry.</param>
/// <param name="Height">How many entries the node has read.</param>
/// <param name="ChainHead">The chain hash over those, in hexadecimal.</param>
/// <param name="RulesVersion">The version of the rules that the contract is folded by.</param>
public sealed record ContractPosition(
    string Contract, ContractKind Kind, string Author, long Epoch, long Incarnation, long Sequence, long Height, string ChainHead,
    int RulesVersion);
