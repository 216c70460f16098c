using System.Globalization;
using System.Text;
using Starling.Core.Kernel;

namespace Starling.Simulation.Tracing;

/// <summary>An effect as a line of a trace.</summary>
internal static class EffectText
{
    public static void Write(StringBuilder line, Effect effect)
    {
        line.Append(effect.GetType().Name).Append(' ');
        if (effect is Operation operation)
            WriteOperation(line.Word(operation.Id).Append(' '), operation);
        else
            WriteOther(line, effect);
    }

    public static void WriteMessage(StringBuilder line, PeerMessage message)
    {
        switch (message)
        {
            case LedgerHint m:
                line.Append("ledger ").Append(m.Contract.Value).Append(" at ").Append(m.Height);
                break;
            case ProtocolMessage m:
                line.Append("protocol ").Append(m.Contract.Value).Append(' ').Word(m.Payload.AsSpan());
                break;
            default:
                throw new InvalidOperationException($"{message.GetType().Name} has no line in a trace.");
        }
    }

    private static void WriteOperation(StringBuilder line, Operation operation)
    {
        switch (operation)
        {
            case SaveRecord e:
                line.Append(e.Record.Key).Append('=').Word(e.Record.Value.AsSpan());
                break;
            case SaveBlob e:
                line.Word(e.Blob);
                break;
            case Sign e:
                line.Word(e.Bytes.AsSpan());
                break;
            case AppendEntry e:
                line.Word(e.Entry).Append(" after");
                foreach (var save in e.After)
                    line.Append(' ').Word(save);
                break;
            case ReadLedger e:
                line.Append(e.Contract.Value).Append(" from ").Append(e.From);
                break;
            case OpenBlob e:
                line.Word(e.Blob);
                break;
            case StartWork e:
                line.Append(e.Runner.Value).Append(" run ").Append(e.Run).Append(' ').Append(e.Task.Name.Value).Append(" attempt ")
                    .Append(e.Attempt);
                break;
            case FetchManifest e:
                line.Word(e.Blob).Append(" from ").Word(e.Peer).Append(" at most ").Append(e.MaxBytes);
                break;
            case FetchChunk e:
                line.Word(e.Blob).Append('.').Append(e.Chunk).Append(" from ").Word(e.Peer);
                break;
            case Compute e:
                WriteComputation(line, e.Computation);
                break;
            default:
                throw new InvalidOperationException($"{operation.GetType().Name} has no line in a trace.");
        }
    }

    private static void WriteComputation(StringBuilder line, Computation computation)
    {
        switch (computation)
        {
            case InspectUpdate c:
                line.Append("inspect ").Word(c.Blob);
                break;
            case AuditMerge c:
                line.Append("audit ").Word(c.Merge).Append(" chunks ").AppendJoin(',', c.Chunks);
                break;
            case MergeUpdates c:
                line.Append(c.Rule);
                foreach (var input in c.Inputs)
                    line.Append(' ').Word(input.Author).Append(':').Word(input.Blob).Append('*').Append(input.Weight);
                break;
            default:
                throw new InvalidOperationException($"{computation.GetType().Name} has no line in a trace.");
        }
    }

    private static void WriteOther(StringBuilder line, Effect effect)
    {
        switch (effect)
        {
            case MirrorEntries e:
                line.Append(e.Contract.Value).Append(" from ").Append(e.From).Append(" count ").Append(e.Entries.Length);
                break;
            case Cancel e:
                line.Word(e.Id);
                break;
            case Share e:
                line.Word(e.Blob).Append(" with ").Words(e.Audience);
                break;
            case Release e:
                line.Word(e.Blob);
                break;
            case Send e:
                WriteMessage(line.Word(e.Peer).Append(' '), e.Message);
                break;
            case KeepPeers e:
                line.Words(e.Peers);
                break;
            case Deliver e:
                line.Append("round ").Append(e.Assignment.Round).Append(" base ").Word(e.Assignment.Base).Append(" batches ")
                    .Append(e.Assignment.Batches).Append(e.Assignment.Last ? " last" : "");
                break;
            case WakeAt e:
                line.Append(CultureInfo.InvariantCulture, $"{e.At.Nanoseconds}");
                break;
            case Report e:
                line.Append(e.Event.GetType().Name);
                WriteEvent(line.Append(' '), e.Event);
                break;
            case Halt e:
                line.Append(e.Reason).Append(' ').Append(e.Detail);
                break;
            default:
                throw new InvalidOperationException($"{effect.GetType().Name} has no line in a trace.");
        }
    }

    // The rest of the events say what entries and inputs said before; their names are enough.
    private static void WriteEvent(StringBuilder line, NodeEvent report)
    {
        switch (report)
        {
            case RoundOpened e:
                line.Append(e.Round).Append('/').Append(e.Opening).Append(" base ").Word(e.Base);
                break;
            case LeaderClaimed e:
                line.Append(e.Round).Append(" term ").Append(e.Term).Append(' ').Word(e.Leader).Append(" of ").Words(e.Frozen);
                break;
            case RoundCommitted e:
                line.Append(e.Round).Append(" merge ").Word(e.Merge).Append(" of ").Words(e.Contributors).Append(" named ").Words(e.Named);
                break;
            case RoundRestarted e:
                line.Append(e.Round).Append(" epoch ").Append(e.Epoch);
                break;
            case RoundPassed e:
                line.Append(e.Round).Append(" model ").Word(e.Model).Append(" with ").Words(e.With);
                break;
            case TermEnded e:
                line.Append(e.Round).Append(" term ").Append(e.Term).Append(' ').Append(e.Reason);
                break;
            case EntryRefused e:
                line.Append(e.Height).Append(' ').Word(e.Author).Append(' ').Append(e.Kind).Append(' ').Append(e.Refusal);
                break;
            case Trouble e:
                line.Append(e.What);
                break;
            case Awaiting e:
                line.Append(e.Round).Append(" ready ").Words(e.Ready).Append(" awaited ").Words(e.Awaited);
                break;
        }
    }
}
