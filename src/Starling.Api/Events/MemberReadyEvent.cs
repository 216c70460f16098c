namespace Starling.Api.Events;

/// <summary>A member's update is announced.</summary>
/// <param name="Cursor">Its place in the node's stream, from 1; grows by one.</param>
/// <param name="At">When the node saw it, by its own clock.</param>
/// <param name="Contract">The contract.</param>
/// <param name="Round">The round.</param>
/// <param name="Member">The member.</param>
/// <param name="Update">The update's blob id.</param>
/// <param name="Weight">Its weight in the merge.</param>
/// <param name="Loss">What the member measured; null if it did not.</param>
/// <param name="Accuracy">What the member measured, 0 to 1; null if it did not.</param>
public sealed record MemberReadyEvent(
    long Cursor, DateTimeOffset At,
    string Contract,
    long Round,
    string Member,
    string Update,
    long Weight,
    double? Loss,
    double? Accuracy) : ApiEvent(Cursor, At);
