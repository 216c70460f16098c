using Starling.Core.Canonical;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Tasks;
using Starling.Core.Tests.Training;
using Starling.Core.Training;

namespace Starling.Core.Tests.Tasks;

public sealed class RunnerEntryCodecTests
{
    private static readonly NodeId A = ContractScript.Member(0);
    private static readonly TaskName Make = RunnerScript.Name("make");

    public static TheoryData<RunnerEntry> Entries =>
    [
        new RunnerScript().Founding,
        new EnrolOperator(ContractScript.Enrolment(A)),
        new RemoveOperator(A),
        new CloseRunner("därför"),
        new RejoinRunner(),
        new WriteTask(RunnerScript.Task("make", prerequisite: "first"), Replaces: true),
        new WriteTask(RunnerScript.Training("train",
            new ContractReference(ContractId.Parse("training"), new EntryId(Digest.Of("founding"u8)))), Replaces: false),
        new FinaliseTask(Make),
        new DeleteTask(Make),
        new AssignTask(Make, new SomePeers(3)),
        new AssignTask(Make, new AllPeers()),
        new AssignTask(Make, new OnePeer(A)),
        new CancelRun(7, "därför"),
        new Enlist(7),
        new Decline(7, "därför"),
        new ReportWork(7, RunnerScript.Report(WorkState.Failed)),
        new ReportWork(7, WorkReport.Enlisted),
    ];

    [Theory]
    [MemberData(nameof(Entries))]
    public void ReadsBackWhatItWrote(RunnerEntry entry)
    {
        var bytes = RunnerEntryCodec.Encode(entry);
        var read = RunnerEntryCodec.Decode(bytes);
        Assert.IsType(entry.GetType(), read);
        Assert.Equal(bytes, RunnerEntryCodec.Encode(read));
        if (entry is not (FoundRunner or EnrolOperator))
            Assert.Equal(entry, read);
    }

    [Fact]
    public void EveryEntryIsTriedHere() =>
        Assert.Equal(
            typeof(RunnerEntry).Assembly.GetTypes().Where(type => type.BaseType == typeof(RunnerEntry)).Select(type => type.Name).Order(),
            Entries.Select(row => row.Data.GetType().Name).Distinct().Order());

    [Theory]
    [MemberData(nameof(Entries))]
    public void RefusesEveryTruncationAndAnyTail(RunnerEntry entry)
    {
        var bytes = RunnerEntryCodec.Encode(entry);
        for (var length = 0; length < bytes.Length; length++)
            Assert.Throws<CanonicalFormatException>(() => RunnerEntryCodec.Decode(bytes.AsMemory(0, length)));
        Assert.Throws<CanonicalFormatException>(() => RunnerEntryCodec.Decode((byte[])[.. bytes, 0]));
    }

    [Theory]
    [MemberData(nameof(Entries))]
    public void NoEntryPassesForOneOfATrainingContract(RunnerEntry entry) =>
        Assert.Throws<CanonicalFormatException>(() => TrainingEntryCodec.Decode(RunnerEntryCodec.Encode(entry)));

    [Fact]
    public void NoEntryOfATrainingContractPassesForOne()
    {
        foreach (var row in TrainingEntryCodecTests.Entries)
            Assert.Throws<CanonicalFormatException>(() => RunnerEntryCodec.Decode(TrainingEntryCodec.Encode(row.Data)));
    }

    [Fact]
    public void TextsAreRefusedOnceTheyAreTooLong()
    {
        var task = RunnerScript.Task("make");
        var report = RunnerScript.Report(WorkState.Running);
        Bounded(TaskDefinition.MaxTextBytes, text => new CloseRunner(text));
        Bounded(TaskDefinition.MaxTextBytes, text => new CancelRun(1, text));
        Bounded(TaskDefinition.MaxTextBytes, text => new Decline(1, text));
        Bounded(TaskDefinition.MaxTextBytes, text => new WriteTask(task with { Author = text }, false));
        Bounded(TaskDefinition.MaxTextBytes, text => new WriteTask(task with { Outcome = text }, false));
        Bounded(TaskDefinition.MaxBodyBytes, text => new WriteTask(task with { Body = text }, false));
        Bounded(WorkReport.MaxDescriptionBytes, text => new ReportWork(1, report with { Description = text }));
        Bounded(WorkReport.MaxOutputBytes, text => new ReportWork(1, report with { Output = text }));

        static void Bounded(int most, Func<string, RunnerEntry> entry)
        {
            RunnerEntryCodec.Decode(RunnerEntryCodec.Encode(entry(new string('a', most))));
            Assert.Throws<CanonicalFormatException>(
                () => RunnerEntryCodec.Decode(RunnerEntryCodec.Encode(entry(new string('a', most + 1)))));
        }
    }

    [Fact]
    public void ATaskThatIsWithinItsBoundsCanBeWritten()
    {
        var task = RunnerScript.Task("make") with
        {
            Author = new string('a', TaskDefinition.MaxTextBytes),
            Outcome = new string('o', TaskDefinition.MaxTextBytes),
            Body = new string('b', TaskDefinition.MaxBodyBytes),
        };
        Assert.True(task.IsValid);
        Assert.False((task with { Author = task.Author + "a" }).IsValid);
        Assert.False((task with { Outcome = task.Outcome + "o" }).IsValid);
        Assert.False((task with { Body = task.Body + "b" }).IsValid);
        Assert.False((task with { Name = default }).IsValid);
    }

    [Fact]
    public void AnOperatorReportsNothingThatOnlyAnAdminDecidesNorTheImpossible()
    {
        var report = RunnerScript.Report(WorkState.Running);
        foreach (var wrong in (WorkReport[])[
            report with { State = WorkState.Cancelled }, report with { State = default }, report with { State = WorkState.Refused },
            report with { State = (WorkState)6 },
            report with { Usage = report.Usage with { Elapsed = TimeSpan.FromTicks(-1) } },
            report with { Usage = report.Usage with { Processor = TimeSpan.FromTicks(-1) } },
            report with { Usage = report.Usage with { PeakMemory = -1 } }])
            Assert.Throws<CanonicalFormatException>(() => RunnerEntryCodec.Decode(RunnerEntryCodec.Encode(new ReportWork(1, wrong))));
    }

    [Fact]
    public void ATaskHasAName()
    {
        Assert.Throws<CanonicalFormatException>(() => RunnerEntryCodec.Decode(RunnerEntryCodec.Encode(new FinaliseTask(default))));
        Assert.Throws<CanonicalFormatException>(() =>
            RunnerEntryCodec.Decode(RunnerEntryCodec.Encode(new WriteTask(RunnerScript.Task("make") with { Name = default }, false))));
    }

    [Fact]
    public void HostileBytesAreRefusedOrRead()
    {
        var random = new SeededRandom(1);
        foreach (var row in Entries)
        {
            var bytes = RunnerEntryCodec.Encode(row.Data);
            for (var trial = 0; trial < 300; trial++)
            {
                var changed = (byte[])bytes.Clone();
                for (var flips = 1 + random.Next(4); flips > 0; flips--)
                    changed[random.Next(changed.Length)] = (byte)random.Next(256);
                try
                {
                    Assert.Equal(changed, RunnerEntryCodec.Encode(RunnerEntryCodec.Decode(changed)));
                }
                catch (CanonicalFormatException)
                {
                    // Refused, which is as good.
                }
            }
        }
    }
}
