using System.Collections.Immutable;
using Starling.Core.Kernel;
using Starling.Core.Ledger.Model;
using Starling.Core.Training;
using Starling.Simulation.Network;

namespace Starling.Simulation.Faults;

/// <summary>
/// Draws what a seed does, within the conditions under which the protocol promises anything (<c>round-protocol</c>, section 5).
/// </summary>
internal sealed class FaultPlanDraw(SeededRandom random, SimulationScenario scenario)
{
    private static readonly FaultKind[] MildKinds =
    [
        FaultKind.Loss, FaultKind.Duplication, FaultKind.Reordering, FaultKind.Reset, FaultKind.Partition, FaultKind.Crash,
        FaultKind.ClockDrift,
        FaultKind.LedgerOutage, FaultKind.LostAcknowledgement, FaultKind.StaleRead, FaultKind.UnreliableWatch, FaultKind.LateStart,
    ];

    private readonly int nodes = scenario.Nodes;
    private readonly TrainingSettings settings = scenario.Settings;
    private readonly SimulationOptions options = scenario.Options;
    private readonly TimeSpan unit = scenario.Settings.LeaderTimeout;

    // Where each member merges for itself nobody looks into its merge, and nothing needs votes.
    private bool IsAuditing => settings.UsesRounds && settings.Audit != AuditMode.Off;

    private bool AsksForLiars => !options.Liars.IsEmpty || !options.Lies.IsEmpty;

    /// <summary>The votes that commit a round of minPeers members.</summary>
    private int Votes => IsAuditing ? (settings.MinPeers / 2) + 1 : 2;

    public FaultPlan Draw(FaultLevel level) => level switch
    {
        FaultLevel.None => Lied(new FaultPlan()),
        FaultLevel.Mild => Lied(Compose([.. MildKinds.Where(_ => random.Chance(0.5))], strength: 0.2 * random.NextDouble(), 2)),
        _ => Halting(Governed(
            Condemn(Compose([.. Enum.GetValues<FaultKind>().Where(_ => random.Chance(0.5))], 0.1 + (0.9 * random.NextDouble()), 8)))),
    };

    // Drawn by itself, as what an admin does: it moves nothing else of a seed. Where nothing goes wrong, nobody stands still.
    private FaultPlan Halting(FaultPlan plan)
    {
        var draw = random.Fork("standstill");
        return plan.Kinds.IsEmpty || !draw.Chance(0.3) ? plan : plan with { StandstillEvery = unit * (1 + (5 * draw.NextDouble())) };
    }

    private FaultPlan Compose(ImmutableSortedSet<FaultKind> kinds, double strength, double longest) => new()
    {
        Kinds = kinds,
        Duration =
            (unit * (4 + (26 * random.NextDouble()))) + (kinds.Contains(FaultKind.Isolation) ? settings.AbsentTimeout * 4 : TimeSpan.Zero),
        LongestFault = unit * longest,
        Weather = new NetworkWeather(
            Rate(kinds, FaultKind.Loss, 0.3 * strength), Rate(kinds, FaultKind.Duplication, 0.3 * strength),
            Rate(kinds, FaultKind.Reordering, 0.3 * strength)),
        Ledger = DrawLedger(kinds, strength),
        ResetEvery = Pause(kinds, FaultKind.Reset, strength, 1.5),
        PartitionEvery = Pause(kinds, FaultKind.Partition, strength, 2.5),
        IsolationEvery = Pause(kinds, FaultKind.Isolation, strength, 5),
        OneWayEvery = Pause(kinds, FaultKind.OneWayPartition, strength, 2),
        SlowEvery = Pause(kinds, FaultKind.SlowLink, strength, 1.5),
        CrashEvery = Pause(kinds, FaultKind.Crash, strength, 1.5),
        CrashInStep = Rate(kinds, FaultKind.Crash, 0.01 * strength),
        LongOutageEvery = Pause(kinds, FaultKind.LongOutage, strength, 4),
        LedgerCutEvery = Pause(kinds, FaultKind.LedgerCut, strength, 3),
        PowerFailureEvery = Pause(kinds, FaultKind.PowerFailure, strength, 5),
        SaveFailure = Rate(kinds, FaultKind.SaveFailure, 0.15 * strength),
        ComputationFailure = Rate(kinds, FaultKind.ComputationFailure, 0.2 * strength),
        Drift = Rate(kinds, FaultKind.ClockDrift, 0.1),
        LatestStart = unit * Rate(kinds, FaultKind.LateStart, 10 * strength),
    };

    /// <summary>
    /// In some seeds an admin decides at random, too. Whom it expels is as good as dead, so that it chooses among those who lie or die
    /// anyhow, and those beyond minPeers that may still be lost. Drawn by itself: it moves nothing else of a seed.
    /// </summary>
    private FaultPlan Governed(FaultPlan plan)
    {
        var draw = random.Fork("admin");
        if (!settings.UsesRounds || !draw.Chance(0.4))
            return plan;
        // Where nothing else goes wrong, no decision may hold a round up. Whom the experiment has lie, lies in any case.
        if (draw.Chance(0.2) && !AsksForLiars)
            plan = new FaultPlan { Duration = plan.Duration };
        var loss = plan.Liars.Count + plan.Dying.Count + plan.DiskLosses;
        var honest = Enumerable.Range(0, nodes).Where(node => !plan.Liars.ContainsKey(node) && !plan.Dying.Contains(node)).ToArray();
        draw.Shuffle(honest);
        MoveOneThatMayLead(honest, 0);
        var spare = honest.Skip(Math.Max(2, settings.MinPeers)).Take(Math.Max(0, Votes - 1 - loss));
        return plan with { AdminEvery = unit * (1 + (9 * draw.NextDouble())), Expellable = [.. plan.Liars.Keys, .. plan.Dying, .. spare] };
    }

    // Short of a storm there are the liars that were asked for, and no others.
    private FaultPlan Lied(FaultPlan plan) => AsksForLiars ? Condemn(plan) : plan;

    /// <summary>
    /// Draws liars, deaths and lost disks. A committed merge must keep one honest holder, so together they are fewer than the votes that
    /// commit; liars are a minority of every frozen set, and enough honest nodes live to go on.
    /// </summary>
    private FaultPlan Condemn(FaultPlan plan)
    {
        var budget = settings.UsesRounds ? Votes - 1 : settings.MinPeers - 1;
        var order = Enumerable.Range(0, nodes).ToArray();
        random.Shuffle(order);
        MoveOneThatMayLead(order, nodes - 1);
        order = [.. options.Liars, .. order.Except(options.Liars)];
        var mostLiars = Math.Min(Math.Min(budget, (settings.MinPeers - 1) / 2), nodes - settings.MinPeers);
        var liars = mostLiars > 0 && (random.Chance(0.6) || !options.Lies.IsEmpty) ? 1 + random.Next(mostLiars) : 0;
        if (!options.Liars.IsEmpty)
            liars = options.Liars.Length;
        budget = Math.Max(0, budget - liars);
        var mostDead = Math.Min(budget, nodes - liars - Math.Max(2, settings.MinPeers));
        var dead = mostDead > 0 && plan.Has(FaultKind.Death) ? 1 + random.Next(mostDead) : 0;
        budget -= dead;
        return plan with
        {
            Liars = order[..liars].ToImmutableSortedDictionary(node => node, _ => DrawLies(IsAuditing)),
            Dying = [.. order[liars..(liars + dead)]],
            DiskLosses = plan.Has(FaultKind.DiskLoss) || plan.Has(FaultKind.StaleDisk) ? budget : 0,
        };
    }

    // Where the experiment says who may lead, one of them is not taken away, else no round would ever be led. No other draw is moved.
    private void MoveOneThatMayLead(int[] order, int place)
    {
        var leader = Array.FindLastIndex(order, node => scenario.MayLead(node) && !options.Liars.Contains(node));
        if (leader >= 0 && !order.All(scenario.MayLead))
            (order[leader], order[place]) = (order[place], order[leader]);
    }

    private ImmutableSortedSet<LieKind> DrawLies(bool auditing)
    {
        if (!options.Lies.IsEmpty)
            return options.Lies;
        // With auditing off nobody looks into a merge, so a liar's may commit; the run then trains from it, which it must be able to read.
        var lies = Enum.GetValues<LieKind>().Where(lie => (auditing || lie != LieKind.WrongMerge) && random.Chance(0.3)).ToList();
        return lies.Count > 0 ? [.. lies] : [LieKind.WrongReadyDigest];
    }

    private LedgerFaults DrawLedger(ImmutableSortedSet<FaultKind> kinds, double strength)
    {
        double Part(FaultKind kind, double most) => Rate(kinds, kind, most * strength);
        return new LedgerFaults
        {
            Unavailable = Part(FaultKind.LedgerOutage, 0.1),
            ReadUnavailable = Part(FaultKind.LedgerOutage, 0.1),
            OutageEvery = Bounded(Pause(kinds, FaultKind.LedgerOutage, strength, 4)),
            OutageLength = Bounded(unit * (2 * strength)),
            LostAcknowledgement = Part(FaultKind.LostAcknowledgement, 0.1),
            LostAppend = Part(FaultKind.LostAcknowledgement, 0.1),
            LateAppend = Part(FaultKind.LostAcknowledgement, 0.1),
            LateBy = Bounded(unit * (4 * strength)),
            StaleRead = Part(FaultKind.StaleRead, 0.3),
            StaleBy = Bounded(unit * strength),
            ShortPage = Part(FaultKind.StaleRead, 0.3),
            LostHint = Part(FaultKind.UnreliableWatch, 0.5),
            RepeatedHint = Part(FaultKind.UnreliableWatch, 0.3),
            FinalAfter = Bounded(unit * (0.1 * random.NextDouble())),
            Reorganisation = Part(FaultKind.LostAcknowledgement, 0.2),
            Vanishing = Part(FaultKind.LostAcknowledgement, 0.3),
        };
    }

    // A leader may be given days; what the model of a ledger does to its nodes takes a day at most.
    private static TimeSpan Bounded(TimeSpan span) => span < LedgerFaults.LongestSpan ? span : LedgerFaults.LongestSpan;

    private static double Rate(ImmutableSortedSet<FaultKind> kinds, FaultKind kind, double rate) => kinds.Contains(kind) ? rate : 0;

    private TimeSpan Pause(ImmutableSortedSet<FaultKind> kinds, FaultKind kind, double strength, double units) =>
        kinds.Contains(kind) ? unit * (units / Math.Max(strength, 0.05)) : TimeSpan.Zero;
}
