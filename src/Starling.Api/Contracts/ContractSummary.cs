namespace Starling.Api.Contracts;

/// <summary>A contract on the ledger: an item of <c>GET /v1/contracts</c>.</summary>
/// <param name="Contract">Its name.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="Founding">The id of its entry 0, in hexadecimal.</param>
/// <param name="Founded">Whether entry 0 was accepted.</param>
/// <param name="Followed">Whether the node follows it; of another it replays what the ledger has.</param>
/// <param name="Stage">Where it stands.</param>
/// <param name="Height">How many entries it has, as far as the node has read them.</param>
public sealed record ContractSummary(string Contract, ContractKind Kind, string Founding, bool Founded, bool Followed, ContractStage Stage,
    long Height);
