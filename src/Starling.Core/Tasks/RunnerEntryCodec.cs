using System.Collections.Immutable;
using Starling.Core.Canonical;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Training;

namespace Starling.Core.Tasks;

/// <summary>
/// The canonical bytes of a task runner's entries: a kind, then its fields in order. No kind is one of a training contract's, so that
/// neither passes for the other.
/// </summary>
public static class RunnerEntryCodec
{
    private enum Kind : byte
    {
        FoundRunner = 64, EnrolOperator = 65, RemoveOperator = 66, CloseRunner = 67, RejoinRunner = 68, WriteTask = 69, FinaliseTask =
            70, DeleteTask = 71,
        AssignTask = 72, CancelRun = 73, Enlist = 74, ReportWork = 75, Decline = 76,
    }

    private enum Place : byte
    {
        Some = 1, All = 2, One = 3,
    }

    /// <summary>Writes an entry.</summary>
    public static byte[] Encode(RunnerEntry entry)
    {
        var w = new CanonicalWriter();
        _ = entry switch
        {
            FoundRunner e =>
                Start(w, Kind.FoundRunner).List(e.Anchors, TrainingEntryCodec.WriteCertificate)
                    .List(e.Admins, TrainingEntryCodec.WriteEnrolment).List(e.Operators, TrainingEntryCodec.WriteEnrolment),
            EnrolOperator e => Start(w, Kind.EnrolOperator).List<Enrolment>([e.Operator], TrainingEntryCodec.WriteEnrolment),
            RemoveOperator e => Start(w, Kind.RemoveOperator).Node(e.Operator),
            CloseRunner e => Start(w, Kind.CloseRunner).Text(e.Reason),
            RejoinRunner => Start(w, Kind.RejoinRunner),
            WriteTask e => WriteDefinition(Start(w, Kind.WriteTask), e.Task).Boolean(e.Replaces),
            FinaliseTask e => Start(w, Kind.FinaliseTask).Text(e.Task.Value),
            DeleteTask e => Start(w, Kind.DeleteTask).Text(e.Task.Value),
            AssignTask e => WritePlacement(Start(w, Kind.AssignTask).Text(e.Task.Value), e.Placement),
            CancelRun e => Start(w, Kind.CancelRun).Int64(e.Run).Text(e.Reason),
            Enlist e => Start(w, Kind.Enlist).Int64(e.Run),
            Decline e => Start(w, Kind.Decline).Int64(e.Run).Text(e.Reason),
            ReportWork e => WriteReport(Start(w, Kind.ReportWork).Int64(e.Run), e.Report),
            _ => throw new ArgumentException($"{entry.GetType().Name} is no entry of a task runner.", nameof(entry)),
        };
        return w.ToArray();
    }

    /// <summary>Reads an entry.</summary>
    /// <exception cref="CanonicalFormatException">The bytes are none, or a value is out of its bounds.</exception>
    public static RunnerEntry Decode(ReadOnlyMemory<byte> bytes)
    {
        var r = new CanonicalReader(bytes.Span);
        var kind = r.Byte();
        RunnerEntry entry = (Kind)kind switch
        {
            Kind.FoundRunner =>
                new FoundRunner(TrainingEntryCodec.ReadCertificates(ref r), ReadEnrolments(ref r, TrainingSettings.MaxMembers),
                    ReadEnrolments(ref r, TrainingSettings.MaxMembers)),
            Kind.EnrolOperator =>
                new EnrolOperator(ReadEnrolments(ref r, 1) is [var one] ? one : throw new CanonicalFormatException("Nobody is enrolled.")),
            Kind.RemoveOperator => new RemoveOperator(r.Node()),
            Kind.CloseRunner => new CloseRunner(r.Text(TaskDefinition.MaxTextBytes)),
            Kind.RejoinRunner => new RejoinRunner(),
            Kind.WriteTask => new WriteTask(ReadDefinition(ref r), r.Boolean()),
            Kind.FinaliseTask => new FinaliseTask(ReadName(ref r)),
            Kind.DeleteTask => new DeleteTask(ReadName(ref r)),
            Kind.AssignTask => new AssignTask(ReadName(ref r), ReadPlacement(ref r)),
            Kind.CancelRun => new CancelRun(r.Int64(), r.Text(TaskDefinition.MaxTextBytes)),
            Kind.Enlist => new Enlist(r.Int64()),
            Kind.Decline => new Decline(r.Int64(), r.Text(TaskDefinition.MaxTextBytes)),
            Kind.ReportWork => new ReportWork(r.Int64(), ReadReport(ref r)),
            _ => throw new CanonicalFormatException($"{kind} is no kind of entry of a task runner."),
        };
        r.End();
        return entry;
    }

    internal static CanonicalWriter WriteDefinition(CanonicalWriter w, TaskDefinition task) =>
        w.Text(task.Name.Value).Byte((byte)task.Kind).Text(task.Author)
        .Text(task.Prerequisite.Value).Text(task.Outcome)
        .List<ContractReference>(task.Training is { } training ? [training] : [],
            (writer, contract) => writer.Text(contract.Contract.Value).Digest(contract.Founding.Digest))
        .Text(task.Body);

    internal static CanonicalWriter WriteReport(CanonicalWriter w, WorkReport report) => w.Byte((byte)report.State).Text(report.Description)
        .List<int>(report.ExitCode is { } code ? [code] : [], (writer, value) => writer.Int32(value))
        .Span(report.Usage.Elapsed).Span(report.Usage.Processor).Int64(report.Usage.PeakMemory).Text(report.Output);

    internal static CanonicalWriter WritePlacement(CanonicalWriter w, Placement placement) => placement switch
    {
        SomePeers some => w.Byte((byte)Place.Some).Int32(some.Count),
        OnePeer one => w.Byte((byte)Place.One).Node(one.Operator),
        _ => w.Byte((byte)Place.All),
    };

    private static CanonicalWriter Start(CanonicalWriter w, Kind kind) => w.Byte((byte)kind);

    private static TaskDefinition ReadDefinition(ref CanonicalReader r) => new(
        ReadName(ref r), (TaskKind)r.Byte(), r.Text(TaskDefinition.MaxTextBytes), ReadName(ref r, mayBeNone: true),
        r.Text(TaskDefinition.MaxTextBytes),
        r.List(1, (ref CanonicalReader c) => new ContractReference(c.Contract(), new EntryId(c.Digest()))) is [var training]
            ? training
            : null,
        r.Text(TaskDefinition.MaxBodyBytes));

    private static WorkReport ReadReport(ref CanonicalReader r)
    {
        var state = (WorkState)r.Byte();
        if (state is not (WorkState.Running or WorkState.Complete or WorkState.Failed))
            throw new CanonicalFormatException($"{(byte)state} is no state that an operator reports.");
        var report = new WorkReport(state, r.Text(WorkReport.MaxDescriptionBytes),
            r.List(1, (ref CanonicalReader c) => c.Int32()) is [var code] ? code : null,
            new WorkUsage(r.Span(), r.Span(), r.Int64()), r.Text(WorkReport.MaxOutputBytes));
        return report.Usage is { Elapsed.Ticks: >= 0, Processor.Ticks: >= 0, PeakMemory: >= 0 }
            ? report
            : throw new CanonicalFormatException("Work took less than nothing.");
    }

    private static Placement ReadPlacement(ref CanonicalReader r) => (Place)r.Byte() switch
    {
        Place.Some => new SomePeers(r.Int32()),
        Place.All => new AllPeers(),
        Place.One => new OnePeer(r.Node()),
        var other => throw new CanonicalFormatException($"{(byte)other} places no task."),
    };

    private static TaskName ReadName(ref CanonicalReader r, bool mayBeNone = false)
    {
        var text = r.Text(ContractId.MaxLength);
        return TaskName.TryParse(text, out var name) || (mayBeNone && text.Length == 0)
            ? name
            : throw new CanonicalFormatException("A task has no readable name.");
    }

    private static ImmutableArray<Enrolment> ReadEnrolments(ref CanonicalReader r, int most) =>
        r.List(most, TrainingEntryCodec.ReadEnrolment);
}
