using System.Text;
using Starling.Core.Kernel;

namespace Starling.Simulation.Tracing;

/// <summary>An input as a line of a trace.</summary>
internal static class InputText
{
    public static void Write(StringBuilder line, Input input)
    {
        line.Append(input.GetType().Name).Append(' ');
        if (input is Completion completion)
            WriteCompletion(line.Word(completion.Operation).Append(' '), completion);
        else
            WriteNews(line, input);
    }

    private static void WriteNews(StringBuilder line, Input input)
    {
        switch (input)
        {
            case Started i:
                foreach (var record in i.Journal)
                    line.Append(record.Key).Append('=').Word(record.Value.AsSpan()).Append(' ');
                foreach (var blob in i.Blobs)
                    line.Word(blob).Append(' ');
                foreach (var mirror in i.Mirror)
                    line.Append(mirror.Contract.Value).Append(':').Append(mirror.Entries.Count);
                break;
            case WorkProgressed i:
                line.Word(i.Operation).Append(' ').Append(i.Report.Description);
                break;
            case Woke:
                break;
            case LedgerChanged i:
                line.Append(i.Contract.Value);
                break;
            case ChunkProgressed i:
                line.Word(i.Operation).Append(' ').Append(i.Bytes);
                break;
            case BlobServed i:
                line.Word(i.Peer).Append(' ').Word(i.Blob).Append(' ').Append(i.Bytes);
                break;
            case PeerMessageArrived i:
                EffectText.WriteMessage(line.Word(i.Peer).Append(' '), i.Message);
                break;
            case PeerUp i:
                line.Word(i.Peer);
                break;
            case PeerDown i:
                line.Word(i.Peer);
                break;
            case UpdateReady i:
                line.Append("round ").Append(i.Round).Append(" base ").Word(i.Base).Append(" update ").Word(i.Update).Append(" weight ")
                    .Append(i.Weight);
                break;
            default:
                throw new InvalidOperationException($"{input.GetType().Name} has no line in a trace.");
        }
    }

    private static void WriteCompletion(StringBuilder line, Completion completion)
    {
        switch (completion)
        {
            case LedgerRead i:
                line.Append("from ").Append(i.Page.From).Append(" of ").Append(i.Page.Height);
                foreach (var entry in i.Page.Entries)
                    line.Append(entry.SignatureValid ? " " : " !").Word(entry.Entry.Id.Digest);
                break;
            case LedgerReadFailed i:
                line.Append(i.Reason);
                break;
            case AppendDone i:
                line.Append(i.Outcome);
                break;
            case Signed i:
                line.Word(i.Signature.AsSpan());
                break;
            case Saved or ChunkArrived:
                break;
            case SaveFailed i:
                line.Append(i.Reason);
                break;
            case Computed i:
                WriteResult(line, i.Result);
                break;
            case BlobOpened i:
                line.Append(i.Manifest is null ? "unknown" : "known ").Words(i.Chunks);
                break;
            case ManifestArrived i:
                line.Append(i.Manifest.Length).Append(" bytes");
                break;
            case FetchFailed i:
                line.Append(i.Failure);
                break;
            case WorkEnded i:
                line.Append(i.Report.State).Append(' ').Append(i.Report.Description);
                break;
            default:
                throw new InvalidOperationException($"{completion.GetType().Name} has no line in a trace.");
        }
    }

    private static void WriteResult(StringBuilder line, ComputationResult result)
    {
        switch (result)
        {
            case Inspected r:
                line.Append(r.Fault is { } fault ? fault.ToString() : "admissible");
                break;
            case MergeAudited r:
                line.Append(r.Agrees ? "agrees" : "differs");
                break;
            case MergeDone r:
                line.Word(r.Merge);
                break;
            case ComputationFailed r:
                line.Append(r.Reason);
                break;
            default:
                throw new InvalidOperationException($"{result.GetType().Name} has no line in a trace.");
        }
    }
}
