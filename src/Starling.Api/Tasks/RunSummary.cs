namespace Starling.Api.Tasks;

/// <summary>One carrying out of a task: an item of <c>GET /v1/runners/{id}/runs</c>.</summary>
/// <param name="Number">Counted from 1 within the runner.</param>
/// <param name="Task">The task.</param>
/// <param name="By">Who assigned it.</param>
/// <param name="Placement">Which operators it wants: <c>with 3 peers</c>, <c>with all peers</c> or <c>target SPIFFE-ID</c>.</param>
/// <param name="Wanted">How many operators must complete it.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Reason">Why it ended as it did; empty while it goes on.</param>
/// <param name="Height">The height of the assignment.</param>
/// <param name="Working">How many operators work on it.</param>
/// <param name="Complete">How many have completed it.</param>
/// <param name="Failed">How many have failed.</param>
public sealed record RunSummary(
    long Number, string Task, string By, string Placement, int Wanted, WorkWord State, string Reason, long Height, int Working,
    int Complete, int Failed)
{
    /// <summary>How many do not carry it out, and have said why.</summary>
    public int Refused { get; init; }
}
