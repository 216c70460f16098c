using System.Collections.Immutable;
using Starling.Core.Identity;

namespace Starling.Core.Tasks;

/// <summary>One carrying out of a task.</summary>
/// <param name="Number">Counted from 1 within the task runner.</param>
/// <param name="Task">The task.</param>
/// <param name="By">Who assigned it.</param>
/// <param name="Placement">Which operators it wants.</param>
/// <param name="Wanted">How many of them must complete it.</param>
/// <param name="Eligible">Who may take part.</param>
/// <param name="Height">The height of the assignment.</param>
public sealed record RunState(
    long Number, TaskName Task, NodeId By, Placement Placement, int Wanted, ImmutableSortedSet<NodeId> Eligible, long Height)
{
    /// <summary>Where it stands.</summary>
    public WorkState State { get; init; } = WorkState.Running;

    /// <summary>Why it ended as it did; empty while it goes on.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The latest word of each operator that takes part.</summary>
    public ImmutableSortedDictionary<NodeId, WorkReport> Work { get; init; } = ImmutableSortedDictionary<NodeId, WorkReport>.Empty;

    /// <summary>Whether it goes on.</summary>
    public bool IsActive => State == WorkState.Running;

    /// <summary>How many operators work on it or have completed it.</summary>
    public int Engaged => Work.Values.Count(report => report.State is WorkState.Running or WorkState.Complete);
}
