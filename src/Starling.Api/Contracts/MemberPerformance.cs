namespace Starling.Api.Contracts;

/// <summary>How a member of a training contract does: an item of <c>GET /v1/contracts/{id}/perf</c>.</summary>
/// <param name="Member">The member.</param>
/// <param name="Round">The last round for which it announced an update; 0 before the first.</param>
/// <param name="Loss">The loss that it measured last; null before it did.</param>
/// <param name="Accuracy">The accuracy that it measured last, 0 to 1; null before it did.</param>
/// <param name="Contributions">How many committed merges its updates are in.</param>
/// <param name="Leads">Whether it leads the open round's term.</param>
/// <param name="Done">Whether its program has trained all that it meant to.</param>
/// <param name="LastHeight">The height of its last accepted entry; null if there is none.</param>
/// <param name="LastSeen">When the node last heard of an entry of it; null if it has not since it started.</param>
/// <param name="RemainingSeconds">How long it still trains until the last round, at the pace of its latest announcements that the node
/// heard of; null if that cannot be told.</param>
public sealed record MemberPerformance(
    string Member, long Round, double? Loss, double? Accuracy, long Contributions, bool Leads, bool Done, long? LastHeight,
    DateTimeOffset? LastSeen, double? RemainingSeconds);
