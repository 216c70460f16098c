using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Tasks;
using Starling.Core.Tests.Training;

namespace Starling.Core.Tests.Tasks;

/// <summary>A task runner's digest: equal for equal histories, and of everything that an entry can change.</summary>
public sealed class RunnerStateCodecTests
{
    [Fact]
    public void EqualHistoriesHaveEqualDigestsAtEachHeight()
    {
        var (left, right) = (Rich(), Rich());
        Assert.Equal(RunnerStateCodec.Encode(left), RunnerStateCodec.Encode(right));
        Assert.Equal(RunnerStateCodec.Hash(left), RunnerStateCodec.Hash(right));
    }

    [Fact]
    public void EveryFieldOfTheRunnerCounts() => Differ<RunnerState>(
        Rich(),
        state => RunnerStateCodec.Hash(state),
        ("Contract", s => s with { Contract = ContractId.Parse("other") }),
        ("Version", s => s with { Version = 1 }),
        ("Founding", s => s with { Founding = new EntryId(Digest.Of("other"u8)) }),
        ("ChainHashes", s => s with { ChainHashes = s.ChainHashes.Add(Digest.Of("other"u8)) }),
        ("Epoch", s => s with { Epoch = 1 }),
        ("Anchors", s => s with { Anchors = [] }),
        ("Authors", s => s with { Authors = s.Authors.SetItem(RunnerScript.Admin, s.Authors[RunnerScript.Admin] with { Sequence = 99 }) }),
        ("Deleted", s => s with { Deleted = true }),
        ("Enrolments", s => s with { Enrolments = s.Enrolments.Remove(ContractScript.Member(0)) }),
        ("Tasks", s => s with { Tasks = s.Tasks.Remove(RunnerScript.Name("make")) }),
        ("Runs", s => s with { Runs = [] }));

    [Fact]
    public void EveryFieldOfATaskCounts()
    {
        var state = Rich();
        var name = RunnerScript.Name("make");
        var contract = new ContractReference(ContractId.Parse("training"), default);
        Digest Of(TaskState task) => RunnerStateCodec.Hash(state with { Tasks = state.Tasks.SetItem(name, task) });
        Differ<TaskState>(state.Tasks[name], Of, ("Definition", t => t with { Definition = t.Definition with { Body = "other" } }),
            ("IsFinal", t => t with { IsFinal = false }),
            ("Completed", t => t with { Completed = 7 }));
        Differ<TaskDefinition>(
            state.Tasks[name].Definition, task => Of(state.Tasks[name] with { Definition = task }),
            ("Name", t => t with { Name = RunnerScript.Name("other") }), ("Kind", t => t with { Kind = TaskKind.StopPrograms }),
            ("Author", t => t with { Author = "other" }),
            ("Prerequisite", t => t with { Prerequisite = RunnerScript.Name("other") }), ("Outcome", t => t with { Outcome = "other" }),
            ("Training", t => t with { Training = contract }),
            ("Body", t => t with { Body = "other" }));
    }

    [Fact]
    public void EveryFieldOfARunCounts()
    {
        var state = Rich();
        Differ<RunState>(
            state.Run!, run => RunnerStateCodec.Hash(state with { Runs = [.. state.Runs[..^1], run] }),
            ("Number", r => r with { Number = 9 }), ("Task", r => r with { Task = RunnerScript.Name("other") }),
            ("By", r => r with { By = RunnerScript.Stranger }),
            ("Placement", r => r with { Placement = new SomePeers(2) }), ("Wanted", r => r with { Wanted = 9 }),
            ("Eligible", r => r with { Eligible = [] }), ("Height", r => r with { Height = 1 }),
            ("State", r => r with { State = WorkState.Failed }), ("Reason", r => r with { Reason = "other" }),
            ("Work", r => r with { Work = r.Work.Remove(ContractScript.Member(0)) }));
    }

    [Fact]
    public void EveryFieldOfAReportCounts()
    {
        var state = Rich();
        var operatorId = ContractScript.Member(0);
        Digest Of(WorkReport report) =>
            RunnerStateCodec.Hash(
                state with { Runs = [.. state.Runs[..^1], state.Run! with { Work = state.Run.Work.SetItem(operatorId, report) }] });
        var told = state.Run!.Work[operatorId];
        Differ<WorkReport>(told, Of, ("State", r => r with { State = WorkState.Running }),
            ("Description", r => r with { Description = "other" }), ("ExitCode", r => r with { ExitCode = null }),
            ("Usage", r => r with { Usage = WorkUsage.None }), ("Output", r => r with { Output = "other" }));
        Differ<WorkUsage>(told.Usage, usage => Of(told with { Usage = usage }),
            ("Elapsed", u => u with { Elapsed = TimeSpan.FromSeconds(9) }),
            ("Processor", u => u with { Processor = TimeSpan.FromSeconds(9) }), ("PeakMemory", u => u with { PeakMemory = 9 }));
    }

    /// <summary>A runner with a task, an old run and one that goes on, in which one has completed and one works.</summary>
    private static RunnerState Rich()
    {
        var s = RunnerScript.Begun().Assigned(new SomePeers(1)).Accept(RunnerScript.Admin, new CancelRun(1, "again"));
        s.Accept(RunnerScript.Admin, new AssignTask(RunnerScript.Name("make"), new AllPeers())).Enlisted(s.A, s.B)
            .Reported(WorkState.Complete, s.A);
        return s.State;
    }

    /// <summary>
    /// Each change makes another digest, and every property that can be set has one. What entries' ids say, the chain hash says, too.
    /// </summary>
    private static void Differ<T>(T value, Func<T, Digest> hash, params (string Property, Func<T, T> Change)[] changes)
    {
        foreach (var (property, change) in changes)
            Assert.True(hash(value) != hash(change(value)), property);
        Assert.Equal(typeof(T).GetProperties().Where(p => p.CanWrite && p.Name != nameof(RunnerState.Ids)).Select(p => p.Name).Order(),
            changes.Select(c => c.Property).Order());
        Assert.Equal(changes.Length, changes.Select(c => hash(c.Change(value))).Distinct().Count());
    }
}
