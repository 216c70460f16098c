using System.Collections.Immutable;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Tasks;
using Starling.Core.Training;
using Starling.Simulation.Nodes;

namespace Starling.Simulation.Checkers;

/// <summary>
/// The checkers of a world: those of any, and those of committed rounds or of rounds that members go through each by itself.
/// </summary>
internal sealed class CheckerSet(IObservedWorld world, bool usesRounds)
{
    private readonly ImmutableArray<Checker> all =
    [
        new PrefixChecker(world), new ReplicaChecker(world), new BoundsChecker(world), new AnnouncementChecker(world),
        new RepeatChecker(world), new HaltChecker(world),
        new AuthorshipChecker(world), new OutboxChecker(world),
        .. usesRounds
            ? (Checker[])[
                new LeaderChecker(world), new CommitChecker(world), new CustodyChecker(world), new MergeChecker(world),
                new NamingChecker(world), new SampleChecker(world), new ConductChecker(world), new PatienceChecker(world),
                new SuspicionChecker(world), new StandstillChecker(world), new PaceChecker(world),
            ]
            : [new PromiseChecker(world), new AverageChecker(world)],
        .. world.RunnerTruth is null ? (Checker[])[] : [new RunnerChecker(world), new WorkChecker(world)],
    ];

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
