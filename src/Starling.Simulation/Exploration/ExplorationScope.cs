namespace Starling.Simulation.Exploration;

/// <summary>How much of the production code an exploration drives.</summary>
public enum ExplorationScope
{
    /// <summary>
    /// The fold alone. What honest nodes append is bounded by the protocol's table, with every timer free to fire at any moment.
    /// </summary>
    Fold,

    /// <summary>The fold and a whole kernel for each honest node. A node appends what its kernel asks for, and nothing else.</summary>
    Kernel,
}
