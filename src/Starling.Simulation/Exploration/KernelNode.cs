using System.Collections.Immutable;
using Starling.Core.Kernel;
using Starling.Core.Training;

namespace Starling.Simulation.Exploration;

/// <summary>An honest node: its kernel, its clock, and what its edge has under way.</summary>
internal sealed record KernelNode
{
    /// <summary>The kernel's state.</summary>
    public required NodeState State { get; init; }

    /// <summary>Its clock. Only the node's own timers move it.</summary>
    public Instant Now { get; init; }

    /// <summary>Whether it has died for good.</summary>
    public bool IsDead { get; init; }

    /// <summary>Whether it lost its disk and has not said so yet.</summary>
    public bool HasLostDisk { get; init; }

    /// <summary>Requests to peers that nobody has answered.</summary>
    public ImmutableArray<Operation> Fetches { get; init; } = [];

    /// <summary>Its entries that may land at any moment from now on: one, and after a lost disk those from before.</summary>
    public ImmutableArray<AppendEntry> UnderWay { get; init; } = [];

    /// <summary>Its latest vote that was accepted.</summary>
    public TermEntry? Voted { get; init; }

    /// <summary>The rule that it broke in its latest steps, or null.</summary>
    public BrokenRule? Broken { get; init; }

    /// <summary>This node's part in the contract.</summary>
    public Core.Training.Participation.Participant Part => State.Contracts[ExploredContract.Contract];
}
