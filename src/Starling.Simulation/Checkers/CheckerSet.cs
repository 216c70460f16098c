using System.Collections.Immutable;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Tasks;
using Starling.Core.Training;
using Starling.Simulation.Nodes;

namespace Starling.Simulation.Checkers;

/// <summary>Checkers that are told of the same things.</summary>
internal sealed class CheckerSet
{
    private readonly ImmutableArray<Checker> all;

    private CheckerSet(params ImmutableArray<Checker> all) => this.all = all;

    /// <summary>Those that watch nodes, whatever contracts these follow, and the task runner if there is one.</summary>
    public static CheckerSet OfNodes(IObservedWorld world) => new(
    [
        new BoundsChecker(world), new JournalChecker(world), new RepeatChecker(world), new HaltChecker(world),
        new AuthorshipChecker(world), new OutboxChecker(world),
        .. world.RunnerTruth is null ? (Checker[])[] : [new RunnerChecker(world), new WorkChecker(world)],
    ]);

    /// <summary>
    /// Those that watch one training contract: any, and one with committed rounds, or with rounds that members go through each by itself.
    /// They are told of every step, but only of those effects and entries that are this contract's.
    /// </summary>
    public static CheckerSet OfContract(IObservedWorld world, bool usesRounds) => new(
    [
        new PrefixChecker(world), new ReplicaChecker(world), new AnnouncementChecker(world),
        .. usesRounds
            ? (Checker[])[
                new LeaderChecker(world), new CommitChecker(world), new CustodyChecker(world), new MergeChecker(world),
                new NamingChecker(world), new SampleChecker(world), new ConductChecker(world), new PatienceChecker(world),
                new SuspicionChecker(world), new StandstillChecker(world), new PaceChecker(world),
            ]
            : [new PromiseChecker(world), new AverageChecker(world)],
    ]);

    public void Asked(IObservedNode node, Effect effect)
    {
        foreach (var checker in all)
            checker.Asked(node, effect);
    }

    public void Sent(IObservedNode node, SignedEntry entry)
    {
        foreach (var checker in all)
            checker.Sent(node, entry);
    }

    public void Folded(VerifiedEntry entry, TrainingState before, FoldResult result)
    {
        foreach (var checker in all)
            checker.Folded(entry, before, result);
    }

    public void Folded(VerifiedEntry entry, RunnerState before, RunnerFoldResult result)
    {
        foreach (var checker in all)
            checker.Folded(entry, before, result);
    }

    public void Stepped(IObservedNode node, Input input, StepResult result)
    {
        foreach (var checker in all)
            checker.Stepped(node, input, result);
    }

    public void Repeated(IObservedNode node, StepResult first, StepResult second)
    {
        foreach (var checker in all)
            checker.Repeated(node, first, second);
    }

    public void Killed(IObservedNode node)
    {
        foreach (var checker in all)
            checker.Killed(node);
    }
}
