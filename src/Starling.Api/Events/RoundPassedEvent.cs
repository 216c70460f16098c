namespace Starling.Api.Events;

/// <summary>
/// The node's own round is over, in a contract whose members go through their rounds each by itself. Told again after a restart.
/// </summary>
/// <param name="Cursor">Its place in the node's stream, from 1; grows by one.</param>
/// <param name="At">When the node saw it, by its own clock.</param>
/// <param name="Contract">The contract.</param>
/// <param name="Round">The round that is over.</param>
/// <param name="Model">What the node trains from next: a blob id.</param>
/// <param name="With">The members whose updates are in it besides its own.</param>
public sealed record RoundPassedEvent(
    long Cursor, DateTimeOffset At,
    string Contract,
    long Round,
    string Model,
    IReadOnlyList<string> With) : ApiEvent(Cursor, At);
