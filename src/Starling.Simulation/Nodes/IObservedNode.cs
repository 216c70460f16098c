using Starling.Core.Kernel;
using Starling.Simulation.Storage;

namespace Starling.Simulation.Nodes;

/// <summary>A node as checkers see it: from above, with its disk open.</summary>
internal interface IObservedNode
{
    /// <summary>Its place among the nodes, from 0.</summary>
    int Index { get; }

    /// <summary>Its short name.</summary>
    string Name { get; }

    /// <summary>Who it is.</summary>
    NodeIdentity Identity { get; }

    /// <summary>Whether its edge does what it is told.</summary>
    bool IsHonest { get; }

    /// <summary>What is on its disk.</summary>
    SimulatedDisk Disk { get; }

    /// <summary>What its clock shows.</summary>
    Instant Now { get; }

    /// <summary>When its process last went on after it had stood still; null if it never did.</summary>
    TimeSpan? WentOnAt { get; }

    /// <summary>Its kernel's state while it runs.</summary>
    NodeState? State { get; }
}
