using System.Collections.Immutable;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Tasks;
using Starling.Core.Tasks.Operating;
using Starling.Simulation.Checkers;
using Starling.Simulation.Keys;

namespace Starling.Simulation.Tests.Checkers;

/// <summary>The checkers of task runners can fail: each is shown a violation, and the same without it.</summary>
public sealed class WorkCheckerTests
{
    private static readonly ContractId Runner = ContractId.Parse("tasks");
    private static readonly TaskDefinition Make = new(TaskName.Parse("make"), TaskKind.PrepareContent, "", default, "", null, "");
    private readonly FakeWorld world = new();
    private readonly WorkChecker checker;

    public WorkCheckerTests()
    {
        var run = new RunState(1, Make.Name, Node.Identity.Id, new AllPeers(), 1, [Node.Identity.Id], 3);
        world.RunnerTruth = RunnerState.Empty(Runner, default) with
        {
            Tasks = ImmutableSortedDictionary<TaskName, TaskState>.Empty.Add(Make.Name, new TaskState(Make, IsFinal: true, 0)),
            Runs = [run with { Work = run.Work.Add(Node.Identity.Id, WorkReport.Enlisted) }],
        };
        checker = new WorkChecker(world);
        Stand(world.RunnerTruth);
        Note(1, 1);
    }

    private FakeWorld.FakeNode Node => world.Nodes[0];

    private RunState Run => world.RunnerTruth!.Run!;

    [Fact]
    public void WorkThatIsNotedGoesOnAndIsReported()
    {
        Begin();
        Report(WorkState.Running);
        Step(new WorkEnded(new OperationId(1), WorkReport.Enlisted with { State = WorkState.Complete }));
        Report(WorkState.Complete);
        Assert.Empty(world.Reports);
    }

    [Fact]
    public void WorkThatIsNotNoted()
    {
        Note(1, 2);
        Begin();
        Sees("saved before it begins");
    }

    [Fact]
    public void WorkOfAnotherTask()
    {
        checker.Asked(Node, new StartWork(new OperationId(1), Runner, 1, Make with { Body = "other" }, 1));
        Sees("work is honest");
    }

    [Fact]
    public void WorkThatBeginsTwice()
    {
        Begin();
        Begin();
        Sees("work is honest");
    }

    [Fact]
    public void WorkThatGoesOnWhenItsRunIsOver()
    {
        Begin();
        Stand(Over(), hasCaughtUp: false);
        Step(new Woke());
        Assert.Empty(world.Reports);
        Stand(Over());
        Step(new Woke());
        Sees("work is honest");
    }

    [Fact]
    public void WorkThatIsGivenUpWhenItsRunIsOver()
    {
        Begin();
        checker.Asked(Node, new Cancel(new OperationId(1)));
        Stand(Over());
        Step(new Woke());
        Node.State = null;
        checker.Killed(Node);
        Assert.Empty(world.Reports);
    }

    [Fact]
    public void WorkIsSaidToBeCompleteThoughItIsNot()
    {
        Begin();
        Step(new WorkEnded(new OperationId(1), WorkReport.Enlisted with { State = WorkState.Failed }));
        Report(WorkState.Failed);
        Assert.Empty(world.Reports);
        Report(WorkState.Complete);
        Sees("nothing is reported that was not done");
    }

    [Fact]
    public void WorkIsSaidToGoOnThoughItDidNotBegin()
    {
        Report(WorkState.Running);
        Sees("nothing is reported that was not done");
    }

    [Fact]
    public void WorkIsDeclinedThoughItsOwnerAllowsIt()
    {
        Decline();
        Assert.Empty(world.Reports);
        Node.State = Node.State! with { Options = Node.State.Options with { Tasks = [Make.Kind] } };
        Decline();
        Sees("work is honest");
    }

    [Fact]
    public void TwoRunsAtOnce()
    {
        var runs = new RunnerChecker(world);
        Fold(runs, world.RunnerTruth! with { Runs = [Run with { State = WorkState.Failed }, Run with { Number = 2 }] });
        Assert.Empty(world.Reports);
        Fold(runs, world.RunnerTruth with { Runs = [Run, Run with { Number = 2 }] });
        Sees("one run at a time");
    }

    [Fact]
    public void ARunThatIsOverIsChanged()
    {
        var runs = new RunnerChecker(world);
        world.RunnerTruth = Over();
        Fold(runs, world.RunnerTruth with { Runs = [Run with { State = WorkState.Running }] });
        Sees("one run at a time");
    }

    [Fact]
    public void AReplicaThatDiffers()
    {
        var replicas = new RunnerChecker(world);
        world.RunnerHashes[0] = RunnerStateCodec.Hash(world.RunnerTruth!);
        replicas.Stepped(Node, new Woke(), new StepResult(Node.State!, []));
        Assert.Empty(world.Reports);
        Stand(Over());
        replicas.Stepped(Node, new Started([], [], []), new StepResult(Node.State!, []));
        Sees("folds are prefixes");
    }

    private RunnerState Over() => world.RunnerTruth! with { Runs = [Run with { State = WorkState.Cancelled }] };

    private void Begin() => checker.Asked(Node, new StartWork(new OperationId(1), Runner, 1, Make, 1));

    private void Step(Input input) => checker.Stepped(Node, input, new StepResult(Node.State!, []));

    private void Report(WorkState state) => Fold(new ReportWork(1, WorkReport.Enlisted with { State = state }));

    private void Decline() => Fold(new Decline(1, "it is not done here"));

    private void Fold(RunnerEntry report)
    {
        var body = new EntryBody(Runner, 0, Node.Identity.Id, 1, 1, RunnerState.FoldVersion, 0, default, RunnerEntryCodec.Encode(report));
        var entry = new VerifiedEntry(new SignedEntry(body.Encode(), Node.Identity.Key, [1]), SignatureValid: true);
        checker.Folded(entry, world.RunnerTruth!, new RunnerFoldResult(world.RunnerTruth!, Refusal.None, report));
    }

    private void Fold(RunnerChecker runs, RunnerState after) =>
        runs.Folded(null!, world.RunnerTruth!, new RunnerFoldResult(after, Refusal.None, null));

    private void Note(long run, int attempt)
    {
        var record = new JournalRecord($"{Runner}/work", (RunnerRecord.Empty with { Run = run, Attempts = attempt }).Encode());
        Node.Disk.Write(new OperationId(run), record);
        Node.Disk.SyncJournal(new OperationId(run));
    }

    private void Stand(RunnerState fold, bool hasCaughtUp = true)
    {
        var fresh = NodeKernel.Create(Node.Identity, [], new SimulatedKeys(new SeededRandom(1)), new KernelOptions(),
            [new ContractReference(Runner, default)]);
        var part = fresh.Runners[Runner];
        Node.State = fresh with
        {
            Runners = fresh.Runners.SetItem(Runner, part with { Fold = fold, Reading = part.Reading with { HasCaughtUp = hasCaughtUp } })
        };
    }

    private void Sees(string rule) => Assert.Equal(rule, Assert.Single(world.Reports).Rule);
}
