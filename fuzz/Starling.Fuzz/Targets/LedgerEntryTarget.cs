using Starling.Core.Canonical;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Tasks;
using Starling.Core.Training;

namespace Starling.Fuzz.Targets;

/// <summary>
/// A stored ledger entry: the signed envelope, the body in it, and the entry of a training contract or a task runner in that.
/// </summary>
internal sealed class LedgerEntryTarget : IFuzzTarget
{
    private static readonly NodeId Node = NodeId.Create("test.example", "clinic", "a");
    private static readonly BlobId Blob = new(Digest.Of("blob"u8));

    public string Name => "ledger-entry";

    public int UsualBytes => 2048;

    public LengthForm Lengths => LengthForm.BigEndian32;

    public IReadOnlyList<string> Parsers { get; } =
    [
        "Starling.Core.Canonical.CanonicalReader", "Starling.Core.Ledger.SignedEntry", "Starling.Core.Ledger.EntryBody",
        "Starling.Core.Training.TrainingEntryCodec::Decode",
        "Starling.Core.Training.TrainingEntryCodec::DecodeRound", "Starling.Core.Training.TrainingEntryCodec::ReadSettings",
        "Starling.Core.Training.TrainingEntryCodec::ReadLeftOut",
        "Starling.Core.Training.TrainingEntryCodec::ReadCertificates", "Starling.Core.Training.TrainingEntryCodec::ReadEnrolment",
        "Starling.Core.Training.TrainingEntryCodec::PassEnrolment", "Starling.Core.Identity.NodeId::IsWellFormed",
        "Starling.Core.Identity.NodeId::TryParse",
        "Starling.Core.Identity.ContractId::TryParse", "Starling.Core.Tasks.RunnerEntryCodec::Decode",
        "Starling.Core.Tasks.RunnerEntryCodec::ReadDefinition",
        "Starling.Core.Tasks.RunnerEntryCodec::ReadReport", "Starling.Core.Tasks.RunnerEntryCodec::ReadPlacement",
        "Starling.Core.Tasks.RunnerEntryCodec::ReadName",
        "Starling.Core.Tasks.RunnerEntryCodec::ReadEnrolments",
    ];

    public IReadOnlyList<byte[]> Words { get; } =
        [.. FuzzWords.Of("spiffe://", "spiffe://a/b/c", "/", ".", "..", "A", "leader", "mean", "trial"), [0, 0, 0, 0], [0, 0, 0, 1],
            [0, 0, 0, 14], [0xff, 0xff, 0xff, 0xff],
            .. Enumerable.Range(0, 26).Concat(Enumerable.Range(64, 12)).Select(kind => new[] { (byte)kind })];

    public IEnumerable<byte[]> Seeds()
    {
        var settings = new TrainingSettings(
            "leader", 10, 30, 2, AuditMode.Full, "mean", [KeyValuePair.Create("f", 1.0)], Digest.Of("schema"u8), 1 << 20,
            TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(20));
        var enrolment = new Enrolment(Node, true, [[1, 2, 3], [4]]);
        TrainingEntry[] entries =
        [
            new Found(settings, [[5, 6]], [enrolment], [enrolment, enrolment]), new Enrol(enrolment), new Leave(),
            new ChangeSettings(settings), new ChangeSettings(settings with { Adaptive = new AdaptiveInterval(1, 2, 3) }), new Revoke(Node),
            new Restart(7),
            new Tombstone("över"), new Rejoin(), new Ready(1, 2, Blob, Digest.Of("state"u8), Blob, 360, new UpdateMetrics(0.5, double.NaN)),
            new Reopen(1, 2), new Claim(1, 2, 3),
            new Merged(1, 2, 3, Blob, [Node], [new LeftOut(Node, LeftOutReason.NotFinite)]), new AuditedSampled(1, 2, 3),
            new AuditedFull(1, 2, 3, Blob, [Node, Node]),
            new Receipt(1, 2, 3, Blob), new Suspect(1, 2, 3), new Resign(1, 2, 3),
            new Merged(1, 2, 3, Blob, [.. Enumerable.Range(0, 1024).Select(i => NodeId.Create("a", "b", $"{i}"))],
                [.. Enumerable.Range(0, 1024).Select(i => new LeftOut(NodeId.Create("a", "b", $"{i}"), LeftOutReason.NotFinite))]),
            new Found(settings, [], [],
                [.. Enumerable.Range(0, 1000).Select(i => new Enrolment(NodeId.Create("a", "b", $"{i}"), false, []))]),
            new AuditedFull(1, 2, 3, Blob, [.. Enumerable.Range(0, 1000).Select(i => NodeId.Create("a", "b", $"{i}"))]),
        ];
        foreach (var payload in entries.Select(TrainingEntryCodec.Encode).Concat(RunnerSeeds().Select(RunnerEntryCodec.Encode)))
        {
            var body = new EntryBody(ContractId.Parse("trial"), 0, Node, 1, 1, 1, 0, default, payload);
            yield return new SignedEntry(body.Encode(), new PublicKey([1, 2, 3]), new byte[64]).Encode();
        }

        foreach (var name in new[]
        {
            "spiffe://a/b",
            "spiffe://a/b/c/d",
            "spiffe://a/./c",
            "spiffe://a/../c",
            "spiffe://A/b/c",
            "spiffe://a//c",
            "http://a/b/c"
        })
            yield return new CanonicalWriter().Bytes(new CanonicalWriter().Byte(1).Text("trial").Int64(0).Text(name).Written).Bytes([])
                .Bytes([]).ToArray();
        foreach (var name in new[] { "", "-", "Trial", "a b" })
            yield return new CanonicalWriter().Bytes(new CanonicalWriter().Byte(1).Text(name).Int64(0).Written).Bytes([]).Bytes([])
                .ToArray();
    }

    public bool Parse(byte[] input)
    {
        try
        {
            Read(SignedEntry.Decode(input).Body.Payload);
            return true;
        }
        catch (CanonicalFormatException)
        {
            return false;
        }
    }

    public void Confirm(byte[] input)
    {
        var entry = SignedEntry.Decode(input);
        if (!entry.Encode().AsSpan().SequenceEqual(input) || !entry.Body.Encode().AsSpan().SequenceEqual(entry.BodyBytes))
            throw new PropertyException("An envelope is written otherwise than it was read.");
        var written = Read(entry.Body.Payload) is RunnerEntry told
            ? RunnerEntryCodec.Encode(told)
            : TrainingEntryCodec.Encode((TrainingEntry)Read(entry.Body.Payload));
        if (!written.AsSpan().SequenceEqual(entry.Body.Payload.Span))
            throw new PropertyException("An entry is written otherwise than it was read.");
    }

    // Both kinds of contract read what stands in the ledger under their name.
    private static object Read(ReadOnlyMemory<byte> payload)
    {
        try
        {
            return TrainingEntryCodec.Decode(payload);
        }
        catch (CanonicalFormatException)
        {
            return RunnerEntryCodec.Decode(payload);
        }
    }

    private static IEnumerable<RunnerEntry> RunnerSeeds()
    {
        var (name, enrolment) = (TaskName.Parse("make"), new Enrolment(Node, true, [[1, 2, 3], [4]]));
        var task = new TaskDefinition(name, TaskKind.PrepareContent, "me", TaskName.Parse("first"), "model", null, "kind: program");
        var report = new WorkReport(WorkState.Failed, "no room", 1,
            new WorkUsage(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1), 1 << 20), "the end");
        var founding = new ContractReference(ContractId.Parse("trial"), new EntryId(Digest.Of("founding"u8)));
        return
        [
            new FoundRunner([[5, 6]], [enrolment], [enrolment, enrolment]), new EnrolOperator(enrolment), new RemoveOperator(Node),
            new CloseRunner("över"), new RejoinRunner(),
            new WriteTask(task, Replaces: true),
            new WriteTask(task with { Kind = TaskKind.RunTraining, Prerequisite = default, Training = founding }, Replaces: false),
            new FinaliseTask(name), new DeleteTask(name), new AssignTask(name, new SomePeers(3)), new AssignTask(name, new AllPeers()),
            new AssignTask(name, new OnePeer(Node)),
            new CancelRun(7, "enough"), new Enlist(7), new ReportWork(7, report), new ReportWork(7, WorkReport.Enlisted),
            new FoundRunner([], [], [.. Enumerable.Range(0, 1000).Select(i => new Enrolment(NodeId.Create("a", "b", $"{i}"), false, []))]),
        ];
    }
}
