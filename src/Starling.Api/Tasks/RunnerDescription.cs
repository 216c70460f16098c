using Starling.Api.Contracts;

namespace Starling.Api.Tasks;

/// <summary>A task runner: <c>GET /v1/runners/{id}</c>.</summary>
/// <param name="Runner">Its name.</param>
/// <param name="Founding">The id of its entry 0, in hexadecimal.</param>
/// <param name="Followed">Whether the node follows it.</param>
/// <param name="Stage">Where it stands.</param>
/// <param name="Epoch">Its epoch.</param>
/// <param name="Height">How many entries the node has read.</param>
/// <param name="ChainHead">The chain hash over those, in hexadecimal.</param>
/// <param name="Anchors">The certificates of the authorities that it trusts, DER.</param>
/// <param name="Admins">Who may write, assign and cancel, sorted.</param>
/// <param name="Operators">Who carries tasks out, sorted.</param>
/// <param name="Tasks">How many tasks it has.</param>
/// <param name="Run">The latest run; null before the first.</param>
public sealed record RunnerDescription(
    string Runner,
    string Founding,
    bool Followed,
    ContractStage Stage,
    long Epoch,
    long Height,
    string ChainHead,
    IReadOnlyList<byte[]> Anchors,
    IReadOnlyList<string> Admins,
    IReadOnlyList<string> Operators,
    int Tasks,
    RunSummary? Run);
