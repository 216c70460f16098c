namespace Starling.Simulation.Nodes;

/// <summary>Ways to break the simulated edge on purpose, so that tests can show that a checker sees it. All off outside tests.</summary>
internal sealed record EdgeHooks
{
    /// <summary>The edge that does what it is told.</summary>
    public static EdgeHooks None { get; } = new();

    /// <summary>A journal record is reported as saved before it is.</summary>
    public bool SaveLate { get; init; }

    /// <summary>A blob's sync is reported but not done.</summary>
    public bool PretendToSync { get; init; }

    /// <summary>Every merge differs from node to node.</summary>
    public bool MergeByIndex { get; init; }

    /// <summary>Every sample is said to agree.</summary>
    public bool AuditBlindly { get; init; }

    /// <summary>Nodes never start again after a crash.</summary>
    public bool StayDead { get; init; }
}
