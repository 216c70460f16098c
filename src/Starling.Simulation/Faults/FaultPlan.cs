using System.Collections.Immutable;
using Starling.Core.Ledger.Model;
using Starling.Simulation.Network;

namespace Starling.Simulation.Faults;

/// <summary>What one seed does to its world. Times are means of exponential draws; zero means never.</summary>
internal sealed record FaultPlan
{
    /// <summary>The kinds of faults that are on.</summary>
    public ImmutableSortedSet<FaultKind> Kinds { get; init; } = [];

    /// <summary>How long faults happen; then they stop and the run must finish.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Who lies, and how.</summary>
    public ImmutableSortedDictionary<int, ImmutableSortedSet<LieKind>> Liars { get; init; } =
        ImmutableSortedDictionary<int, ImmutableSortedSet<LieKind>>.Empty;

    /// <summary>Who dies during the faults and stays dead.</summary>
    public ImmutableSortedSet<int> Dying { get; init; } = [];

    /// <summary>How many disks may be lost or go back in time, in all.</summary>
    public int DiskLosses { get; init; }

    public NetworkWeather Weather { get; init; } = NetworkWeather.Calm;

    public LedgerFaults Ledger { get; init; } = LedgerFaults.None;

    public TimeSpan ResetEvery { get; init; }

    public TimeSpan PartitionEvery { get; init; }

    public TimeSpan IsolationEvery { get; init; }

    public TimeSpan OneWayEvery { get; init; }

    public TimeSpan SlowEvery { get; init; }

    public TimeSpan CrashEvery { get; init; }

    public TimeSpan PowerFailureEvery { get; init; }

    public TimeSpan LongOutageEvery { get; init; }

    public TimeSpan LedgerCutEvery { get; init; }

    /// <summary>How often a process stands still for a while, as one that is stopped or swapped out.</summary>
    public TimeSpan StandstillEvery { get; init; }

    /// <summary>How often an admin restarts a round, changes settings or expels a member.</summary>
    public TimeSpan AdminEvery { get; init; }

    /// <summary>Whom the admin may expel.</summary>
    public ImmutableSortedSet<int> Expellable { get; init; } = [];

    /// <summary>That a node dies while it carries the effects of a step out, 0 to 1.</summary>
    public double CrashInStep { get; init; }

    /// <summary>How long a fault lasts at most: an outage of a node, a partition.</summary>
    public TimeSpan LongestFault { get; init; }

    /// <summary>That a write is refused, 0 to 1.</summary>
    public double SaveFailure { get; init; }

    /// <summary>That a computation fails, 0 to 1.</summary>
    public double ComputationFailure { get; init; }

    /// <summary>How far a clock's rate is from 1 at most.</summary>
    public double Drift { get; init; }

    /// <summary>How late a node may start.</summary>
    public TimeSpan LatestStart { get; init; }

    public bool Has(FaultKind kind) => Kinds.Contains(kind);
}
