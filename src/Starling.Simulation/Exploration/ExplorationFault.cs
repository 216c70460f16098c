namespace Starling.Simulation.Exploration;

/// <summary>The one fault that an exploration allows, at any moment.</summary>
public enum ExplorationFault
{
    /// <summary>Nothing fails; nodes are only as slow as they like.</summary>
    None,

    /// <summary>The last node is Byzantine: it may append any entry of the protocol under its own key whenever it likes.</summary>
    Byzantine,

    /// <summary>A node dies for good.</summary>
    Death,

    /// <summary>A node loses its disk and comes back with nothing.</summary>
    LostDisk,
}
