using System.Collections.Immutable;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Training;
using Starling.Simulation.Nodes;

namespace Starling.Simulation.Checkers;

/// <summary>All checkers of a world.</summary>
internal sealed class CheckerSet(IObservedWorld world)
{
    private readonly ImmutableArray<Checker> all =
    [
        new LeaderChecker(world), new CommitChecker(world), new PrefixChecker(world), new CustodyChecker(world), new ReplicaChecker(world),
        new MergeChecker(world), new NamingChecker(world), new BoundsChecker(world), new AnnouncementChecker(world), new RepeatChecker(world),
        new HaltChecker(world), new SampleChecker(world),
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
