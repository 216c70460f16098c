using System.Collections.Immutable;
using Starling.Core.Canonical;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Tasks;
using Starling.Core.Training;

namespace Starling.Core.Tests.Kernel;

/// <summary>Writes steps down for people to read: an input a line, its effects indented below.</summary>
internal static class KernelTranscript
{
    public static void Write(List<string> lines, Instant now, Input input, ImmutableArray<Effect> effects)
    {
        lines.Add($"{now} {Tell(input)}");
        lines.AddRange(effects.Select(effect => "    " + Tell(effect)));
    }

    private static string Tell(Input input) => input switch
    {
        Started e => $"started: {e.Journal.Length} records, {e.Blobs.Length} blobs, {e.Mirror.Sum(m => m.Entries.Count)} mirrored entries",
        LedgerRead e => $"{e.Operation} ledger read from {e.Page.From}: {string.Join(", ", e.Page.Entries.Select(v => Tell(v.Entry)))}",
        Signed e => $"{e.Operation} signed",
        Saved e => $"{e.Operation} saved",
        AppendDone e => $"{e.Operation} append: {e.Outcome}",
        Computed e => $"{e.Operation} computed: {Tell(e.Result)}",
        BlobOpened e => $"{e.Operation} blob opened: {(e.Manifest is null ? "nothing" : "manifest")}",
        ManifestArrived e => $"{e.Operation} manifest of {e.Manifest.Length} bytes",
        ChunkArrived e => $"{e.Operation} chunk",
        FetchFailed e => $"{e.Operation} fetch failed: {e.Failure}",
        BlobServed e => $"served {e.Bytes} bytes of {e.Blob.Short} to {e.Peer.Name}",
        PeerMessageArrived { Message: LedgerHint hint } e => $"{e.Peer.Name} hints at height {hint.Height}",
        PeerMessageArrived { Message: ProtocolMessage } e => $"{e.Peer.Name} says something of its protocol",
        PeerUp e => $"{e.Peer.Name} is up",
        PeerDown e => $"{e.Peer.Name} is down",
        UpdateReady e => $"update {e.Update.Short} for round {e.Round}",
        WorkProgressed e => $"{e.Operation} work goes on: {e.Report.Description}",
        WorkEnded e => $"{e.Operation} work ended: {e.Report.State}",
        LedgerChanged e => $"{e.Contract} has grown",
        _ => input.GetType().Name,
    };

    private static string Tell(Effect effect) => effect switch
    {
        SaveRecord e => $"{e.Id} save record {e.Record.Key}",
        SaveBlob e => $"{e.Id} save blob {e.Blob.Short}",
        Sign e => $"{e.Id} sign {Tell(EntryBody.Decode(e.Bytes.AsMemory()))}",
        AppendEntry e => $"{e.Id} append {Tell(e.Entry)} after {string.Join(' ', e.After)}",
        ReadLedger e => $"{e.Id} read ledger from {e.From}",
        StartWork e => $"{e.Id} start work on {e.Task.Name} in run {e.Run}, attempt {e.Attempt}",
        MirrorEntries e => $"mirror {e.Entries.Length} from {e.From}",
        OpenBlob e => $"{e.Id} open blob {e.Blob.Short}",
        FetchManifest e => $"{e.Id} fetch manifest of {e.Blob.Short} from {e.Peer.Name}",
        FetchChunk e => $"{e.Id} fetch chunk {e.Chunk} of {e.Blob.Short} from {e.Peer.Name}",
        Compute { Computation: InspectUpdate i } e => $"{e.Id} inspect {i.Blob.Short}",
        Compute { Computation: AuditMerge a } e => $"{e.Id} audit {a.Merge.Short} chunks {string.Join(' ', a.Chunks)}",
        Compute { Computation: MergeUpdates m } e =>
            $"{e.Id} merge {string.Join(' ', m.Inputs.Select(i => $"{i.Author.Name}:{i.Blob.Short}"))}",
        Cancel e => $"cancel {e.Id}",
        Share e => $"share {e.Blob.Short} with {(e.Audience.IsEmpty ? "nobody" : string.Join(' ', e.Audience.Select(n => n.Name)))}",
        Release e => $"release {e.Blob.Short}",
        Send { Message: LedgerHint hint } e => $"hint {e.Peer.Name} at height {hint.Height}",
        Send { Message: ProtocolMessage word } e => $"say to {e.Peer.Name}: {Convert.ToHexStringLower(word.Payload.AsSpan())}",
        KeepPeers e => $"keep peers {string.Join(' ', e.Peers.Select(n => n.Name))}",
        Deliver e =>
            $"deliver round {e.Assignment.Round} from {(e.Assignment.Base.IsNone ? "nothing" : e.Assignment.Base.Short)}{(e.Assignment.Last ? ", last" : "")}",
        WakeAt e => e.At == Instant.Never ? "wake never" : $"wake at {e.At}",
        Report e => $"report {e.Event.GetType().Name}",
        Halt e => $"halt: {e.Reason}",
        _ => effect.GetType().Name,
    };

    private static string Tell(ComputationResult result) => result switch
    {
        Inspected e => e.Fault is null ? "admissible" : $"inadmissible: {e.Fault}",
        MergeAudited e => e.Agrees ? "agrees" : "differs",
        MergeDone e => $"merge {e.Merge.Short}",
        ComputationFailed e => $"failed: {e.Reason}",
        _ => result.GetType().Name,
    };

    private static string Tell(SignedEntry entry) => Tell(entry.Body);

    private static string Tell(EntryBody body) => $"{Kind(body)} of {body.Author.Name}/{body.Incarnation}.{body.Sequence}";

    private static string Kind(EntryBody body)
    {
        try
        {
            return TrainingEntryCodec.Decode(body.Payload).GetType().Name;
        }
        catch (CanonicalFormatException)
        {
            return RunnerEntryCodec.Decode(body.Payload).GetType().Name;
        }
    }
}
