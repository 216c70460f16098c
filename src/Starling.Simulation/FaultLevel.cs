namespace Starling.Simulation;

/// <summary>How hard the simulator attacks a run.</summary>
public enum FaultLevel
{
    /// <summary>Nothing fails: latencies differ, that is all.</summary>
    None,

    /// <summary>What a good data centre sees: short outages, now and then a restart. Nobody lies and no disk is lost.</summary>
    Mild,

    /// <summary>Everything that the protocol says that it survives, as often as it says so.</summary>
    Storm,
}
