namespace Starling.Simulation.Faults;

/// <summary>
/// What can go wrong besides lies. Each seed draws which of them are on at all, so that rare combinations are met (swarm
/// testing, Groce et al., 2012).
/// </summary>
public enum FaultKind
{
    /// <summary>Messages are lost; the transport sends them again, later.</summary>
    Loss,

    /// <summary>Messages and completions come twice.</summary>
    Duplication,

    /// <summary>Messages overtake each other.</summary>
    Reordering,

    /// <summary>Standing connections break.</summary>
    Reset,

    /// <summary>Groups of nodes cannot reach each other.</summary>
    Partition,

    /// <summary>No node can reach any other, though all reach the ledger, for longer than a round waits before it is reopened.</summary>
    Isolation,

    /// <summary>A link carries one direction only.</summary>
    OneWayPartition,

    /// <summary>A link carries so few bytes a second that a model takes many seconds.</summary>
    SlowLink,

    /// <summary>A node is killed, also in the middle of carrying its effects out, and starts again later.</summary>
    Crash,

    /// <summary>All nodes are killed at once.</summary>
    PowerFailure,

    /// <summary>Several nodes are down at once, for about as long as a round waits before it is reopened.</summary>
    LongOutage,

    /// <summary>A crash leaves unsynced writes half done or corrupted, instead of lost as a whole.</summary>
    TornWrite,

    /// <summary>A crash takes the whole disk.</summary>
    DiskLoss,

    /// <summary>After a crash a node starts from an old copy of its disk.</summary>
    StaleDisk,

    /// <summary>The disk refuses a write.</summary>
    SaveFailure,

    /// <summary>Clocks run at different rates.</summary>
    ClockDrift,

    /// <summary>The ledger does not answer for a while.</summary>
    LedgerOutage,

    /// <summary>The ledger's acknowledgement of an append is lost.</summary>
    LostAcknowledgement,

    /// <summary>The ledger answers from the past.</summary>
    StaleRead,

    /// <summary>Hints of the ledger are missing or come twice.</summary>
    UnreliableWatch,

    /// <summary>A node stays dead for good.</summary>
    Death,

    /// <summary>A computation fails.</summary>
    ComputationFailure,

    /// <summary>A node starts long after the others.</summary>
    LateStart,

    /// <summary>Some nodes alone do not reach the ledger, or it takes nothing more of anybody though it answers questions.</summary>
    LedgerCut,
}
