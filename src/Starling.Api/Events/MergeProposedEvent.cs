namespace Starling.Api.Events;

/// <summary>The leader proposed a merge.</summary>
/// <param name="Cursor">Its place in the node's stream, from 1; grows by one.</param>
/// <param name="At">When the node saw it, by its own clock.</param>
/// <param name="Contract">The contract.</param>
/// <param name="Round">The round.</param>
/// <param name="Term">The term.</param>
/// <param name="Merge">The merge's blob id.</param>
/// <param name="Contributors">Whose updates are in it.</param>
/// <param name="LeftOut">Whose updates are not.</param>
public sealed record MergeProposedEvent(
    long Cursor, DateTimeOffset At,
    string Contract,
    long Round,
    long Term,
    string Merge,
    IReadOnlyList<string> Contributors,
    IReadOnlyList<LeftOutMember> LeftOut) : ApiEvent(Cursor, At);
