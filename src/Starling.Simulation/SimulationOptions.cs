using System.Collections.Immutable;
using Starling.Core.Models;
using Starling.Core.Training;
using Starling.Simulation.Faults;

namespace Starling.Simulation;

/// <summary>What the simulator may choose: the <c>simulation</c> section of an experiment. None of it changes the protocol.</summary>
public sealed record SimulationOptions
{
    internal const double SlownessLimit = 100;
    internal const int MostContracts = 2;
    internal const int LeastChunkBytes = 16;
    internal const int MostChunkBytes = 1 << 20;
    internal const int UsualChunks = 256;
    internal const long LeastEvents = 1000;
    internal const long EventsLimit = 1_000_000_000;

    /// <summary>Virtual time of one training batch on the fastest node, 1 ms to 1 hour. Default 20 ms.</summary>
    public TimeSpan BatchTime { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>How many times slower than the fastest the slowest node may be, 1 to 100. Default 4.</summary>
    public double MostSlowness { get; init; } = 4;

    /// <summary>Bytes in a chunk of a blob, 16 to 1 MiB; 0 for <see cref="UsualChunkBytes"/> of the model. Default 64.</summary>
    public int ChunkBytes { get; init; } = 64;

    /// <summary>Virtual time that a run may take once faults have stopped, 1 minute to 30 days. Default 4 hours.</summary>
    public TimeSpan HealingTime { get; init; } = TimeSpan.FromHours(4);

    /// <summary>Events that a run may take in all, 1,000 to 1,000,000,000. Default 5,000,000.</summary>
    public long MostEvents { get; init; } = 5_000_000;

    /// <summary>
    /// How often nodes read the ledger without a hint: each seed draws between a tenth of this and this, 10 ms to 1 hour. Default 4 s.
    /// </summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>
    /// Auditing is drawn from these for each seed, <c>off</c>, <c>sampled</c> and <c>full</c>; empty for the
    /// experiment's own. Default empty.
    /// </summary>
    public ImmutableArray<AuditMode> Audits { get; init; } = [];

    /// <summary>
    /// minPeers is drawn from these for each seed, each from 2 to the number of nodes; empty for the experiment's own. Default empty.
    /// </summary>
    public ImmutableArray<int> MinPeers { get; init; } = [];

    /// <summary>
    /// The merge rule is drawn from these for each seed, with its default parameters; empty for the experiment's own. Default empty.
    /// </summary>
    public ImmutableArray<string> MergeRules { get; init; } = [];

    /// <summary>The nodes that lie, from 0, under any level of faults; empty for as many as a storm draws. Default empty.</summary>
    public ImmutableArray<int> Liars { get; init; } = [];

    /// <summary>What liars do; with a node to tell them there is always one. Empty for what a storm draws. Default empty.</summary>
    public ImmutableSortedSet<LieKind> Lies { get; init; } = [];

    /// <summary>
    /// How many training contracts every node follows at once, 1 or 2; the second differs in its sync interval. Not together with
    /// <see cref="Tasks"/>. Default 1.
    /// </summary>
    public int Contracts { get; init; } = 1;

    /// <summary>
    /// Whether the nodes begin with a task runner alone, and train when an admin assigns them a task that says so. Default false.
    /// </summary>
    public bool Tasks { get; init; }

    internal static TimeSpan LeastBatchTime => TimeSpan.FromMilliseconds(1);

    internal static TimeSpan MostBatchTime => TimeSpan.FromHours(1);

    internal static TimeSpan LeastHealingTime => TimeSpan.FromMinutes(1);

    internal static TimeSpan MostHealingTime => TimeSpan.FromDays(30);

    internal static TimeSpan LeastPollInterval => TimeSpan.FromMilliseconds(10);

    internal static TimeSpan MostPollInterval => TimeSpan.FromHours(1);

    /// <summary>Chunks so small that small models too have many, and so large that a large one has no more than it needs.</summary>
    public static int UsualChunkBytes(ModelSchema schema)
    {
        var bytes = 64;
        while (bytes < MostChunkBytes && ((schema.FloatCount * sizeof(float)) + schema.IntegerBytes) / bytes > UsualChunks)
            bytes *= 2;
        return bytes;
    }
}
