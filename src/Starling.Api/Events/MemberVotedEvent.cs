namespace Starling.Api.Events;

/// <summary>A member voted.</summary>
/// <param name="Cursor">Its place in the node's stream, from 1; grows by one.</param>
/// <param name="At">When the node saw it, by its own clock.</param>
/// <param name="Contract">The contract.</param>
/// <param name="Round">The round.</param>
/// <param name="Term">The term.</param>
/// <param name="Member">The member.</param>
/// <param name="ForProposal">Whether for the proposed merge.</param>
/// <param name="Audit">What it checked before: <c>full</c>, <c>sampled</c>, or <c>off</c> for nothing but that it holds the merge. Null if
/// an older node told.</param>
public sealed record MemberVotedEvent(
    long Cursor, DateTimeOffset At,
    string Contract,
    long Round,
    long Term,
    string Member,
    bool ForProposal,
    string? Audit) : ApiEvent(Cursor, At);
