using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Starling.Core.Canonical;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Tasks;
using Starling.Core.Training;

namespace Starling.Simulation.Tracing;

/// <summary>How single values stand in a trace: short, and different for different values.</summary>
internal static class TraceWords
{
    public static StringBuilder Word(this StringBuilder line, BlobId blob) =>
        blob.IsNone ? line.Append("none") : line.Append(CultureInfo.InvariantCulture, $"{blob.Digest.Prefix:x16}");

    public static StringBuilder Word(this StringBuilder line, NodeId node) =>
        line.Append(node.Value.AsSpan(node.Value.LastIndexOf('/') + 1));

    public static StringBuilder Word(this StringBuilder line, OperationId operation) => line.Append('#').Append(operation.Value);

    public static StringBuilder Word(this StringBuilder line, Digest digest) =>
        line.Append(CultureInfo.InvariantCulture, $"{digest.Prefix:x16}");

    public static StringBuilder Word(this StringBuilder line, ReadOnlySpan<byte> bytes) =>
        line.Append(bytes.Length).Append(" bytes ").Word(Digest.Of(bytes));

    public static StringBuilder Words(this StringBuilder line, ImmutableArray<NodeId> nodes)
    {
        line.Append('[');
        for (var i = 0; i < nodes.Length; i++)
            (i == 0 ? line : line.Append(' ')).Word(nodes[i]);
        return line.Append(']');
    }

    public static StringBuilder Words(this StringBuilder line, ImmutableArray<bool> chunks)
    {
        foreach (var chunk in chunks)
            line.Append(chunk ? '+' : '-');
        return line;
    }

    /// <summary>An entry: who says what.</summary>
    public static StringBuilder Word(this StringBuilder line, SignedEntry entry)
    {
        line.Word(entry.Body.Author).Append(' ').Append(entry.Body.Incarnation).Append('.').Append(entry.Body.Sequence).Append(' ')
            .Word(entry.Id.Digest).Append(' ');
        try
        {
            return line.Word(TrainingEntryCodec.Decode(entry.Body.Payload));
        }
        catch (CanonicalFormatException)
        {
            return line.WordOfRunner(entry.Body.Payload);
        }
    }

    /// <summary>What an entry of a task runner says.</summary>
    private static StringBuilder WordOfRunner(this StringBuilder line, ReadOnlyMemory<byte> payload)
    {
        try
        {
            var entry = RunnerEntryCodec.Decode(payload);
            line.Append(entry.GetType().Name);
            return entry switch
            {
                WriteTask e => line.Append(' ').Append(e.Task.Name.Value),
                FinaliseTask e => line.Append(' ').Append(e.Task.Value),
                AssignTask e => line.Append(' ').Append(e.Task.Value).Append(' ').Append(e.Placement.GetType().Name),
                RemoveOperator e => line.Append(' ').Word(e.Operator),
                CancelRun e => line.Append(" run ").Append(e.Run),
                Enlist e => line.Append(" run ").Append(e.Run),
                Decline e => line.Append(" run ").Append(e.Run),
                ReportWork e =>
                    line.Append(" run ").Append(e.Run).Append(' ').Append(e.Report.State).Append(' ').Append(e.Report.Description),
                _ => line,
            };
        }
        catch (CanonicalFormatException)
        {
            return line.Append("Garbage");
        }
    }

    /// <summary>What an entry says.</summary>
    public static StringBuilder Word(this StringBuilder line, TrainingEntry entry)
    {
        line.Append(entry.GetType().Name);
        if (entry is RoundEntry round)
            line.Append(" round ").Append(round.Round).Append('/').Append(round.Opening);
        if (entry is TermEntry term)
            line.Append(" term ").Append(term.Term);
        switch (entry)
        {
            case Ready ready:
                return line.Append(" update ").Word(ready.Update).Append(" base ").Word(ready.Base);
            case Merged merged:
                return line.Append(" merge ").Word(merged.Merge).Append(" of ").Words(merged.Contributors);
            case AuditedFull audited:
                return line.Append(" merge ").Word(audited.Merge).Append(" of ").Words(audited.Contributors);
            case Receipt receipt:
                return line.Append(" merge ").Word(receipt.Merge);
            default:
                return line;
        }
    }
}
