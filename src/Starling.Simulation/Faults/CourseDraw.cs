using System.Collections.Immutable;
using Starling.Core.Kernel;
using Starling.Core.Training;
using Starling.Learning.Programs;

namespace Starling.Simulation.Faults;

/// <summary>
/// Draws how training goes in a storm, as far as the experiment leaves it open: when programs are done and what their nodes do then, who
/// may lead, and whether the sync interval adapts. Each by itself, and in many seeds none of it.
/// </summary>
internal sealed class CourseDraw(SimulationScenario scenario, FaultPlan plan, SeededRandom random)
{
    private readonly ImmutableArray<int> nodes = [.. Enumerable.Range(0, scenario.Nodes)];

    public SimulationScenario Draw()
    {
        var (interval, leaders, terms) = (random.Fork("interval"), random.Fork("leaders"), random.Fork("terms"));
        var drawn = scenario;
        if (drawn.Settings is { UsesRounds: true, Adaptive: null } && interval.Chance(0.25))
            drawn = drawn with { Settings = drawn.Settings with { Adaptive = Bounds(interval, drawn.Settings.SyncInterval) } };
        if (drawn.Settings.UsesRounds && nodes.All(drawn.MayLead) && leaders.Chance(0.25))
            drawn = drawn with { MayLead = Leaders(leaders).Contains };
        if (nodes.All(node => drawn.Terms(node).Epochs == 0) && terms.Chance(0.35))
            drawn = drawn with { Terms = Terms(terms) };
        return drawn;
    }

    /// <summary>Bounds around an interval, far enough from it that it moves.</summary>
    public static AdaptiveInterval Bounds(SeededRandom random, int interval)
    {
        var least = 1 + random.Next(interval);
        var most = Math.Min(interval + random.Next(interval + 1), TrainingSettings.MaxSyncInterval);
        return new AdaptiveInterval(least, most, 1 + random.Next(4));
    }

    // At least one of whom neither the storm nor its admin takes.
    private ImmutableSortedSet<int> Leaders(SeededRandom draw)
    {
        var lasting = nodes.Where(node => !plan.Liars.ContainsKey(node) && !plan.Dying.Contains(node) && !plan.Expellable.Contains(node))
            .ToArray();
        var share = draw.NextDouble();
        return [lasting[draw.Next(lasting.Length)], .. nodes.Where(_ => draw.Chance(share))];
    }

    // All at once or each at its time, some perhaps never.
    private Func<int, ProgramTerms> Terms(SeededRandom draw)
    {
        var kinds = Enum.GetValues<CheckIn>();
        var (kind, areMixed, isTogether, when) = (kinds[draw.Next(kinds.Length)], draw.Chance(0.25), draw.Chance(0.3), draw.NextDouble());
        ImmutableArray<ProgramTerms> terms =
        [
            .. nodes.Select(node =>
            {
                var checkIn = areMixed ? kinds[draw.Next(kinds.Length)] : kind;
                var share = isTogether ? when : 1.2 * draw.NextDouble();
                var batches = share * scenario.Settings.Rounds * scenario.Settings.SyncInterval;
                var epochs = (int)Math.Ceiling(batches / Math.Max(1, scenario.Program(node).BatchesPerEpoch));
                return scenario.Terms(node) with { Epochs = Math.Max(1, epochs), CheckIn = checkIn };
            }),
        ];
        return node => terms[node];
    }
}
