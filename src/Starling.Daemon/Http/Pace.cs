using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Node.Events;
using Starling.Node.Loop;

namespace Starling.Daemon.Http;

/// <summary>Watches the stream of events for what a status tells besides the kernel's state: the latest measurements, how fast rounds go, and what was exchanged.</summary>
/// <param name="traffic">What the node exchanged.</param>
internal sealed class Pace(Traffic traffic)
{
    private const int Window = 8;
    private readonly Lock gate = new();
    private readonly Queue<DateTimeOffset> ends = new();
    private readonly Dictionary<NodeId, DateTimeOffset> seen = [];
    private ModelEvaluated? local;
    private ModelEvaluated? merged;
    private ContractId contract;

    /// <summary>Bytes received from peers and sent to them since the node started.</summary>
    public (long Received, long Sent) Exchanged => (traffic.Received, traffic.Sent);

    /// <summary>The node's own last update, and the last merge.</summary>
    public (ModelEvaluated? Local, ModelEvaluated? Merged) Measured
    {
        get
        {
            lock (gate)
                return (local, merged);
        }
    }

    /// <summary>When an entry of a member was last told; null if none was since the node started.</summary>
    public DateTimeOffset? LastSeen(NodeId member)
    {
        lock (gate)
            return seen.TryGetValue(member, out var at) ? at : null;
    }

    /// <summary>Takes an event in.</summary>
    public void Observe(StreamedEvent streamed)
    {
        lock (gate)
        {
            if (streamed.Event is ModelEvaluated or RoundCommitted or RoundPassed && streamed.Event.Contract != contract)
            {
                (contract, local, merged) = (streamed.Event.Contract, null, null);
                ends.Clear();
            }

            switch (streamed.Event)
            {
                case ModelEvaluated { Kind: ModelKind.Local } measured:
                    local = measured;
                    break;
                case ModelEvaluated { Kind: ModelKind.Merged or ModelKind.Final } measured:
                    merged = measured;
                    break;
                case MemberReady ready:
                    seen[ready.Member] = streamed.At;
                    break;
                case MemberVoted voted:
                    seen[voted.Member] = streamed.At;
                    break;
                case LeaderClaimed claimed:
                    seen[claimed.Leader] = streamed.At;
                    break;
                case RoundCommitted or RoundPassed:
                    ends.Enqueue(streamed.At);
                    if (ends.Count > Window)
                        ends.Dequeue();
                    break;
            }
        }
    }

    /// <summary>How long so many rounds take at the mean pace of the latest ones; null before the second one ended.</summary>
    public TimeSpan? Remaining(long rounds)
    {
        lock (gate)
            return ends.Count < 2 ? null : (ends.Last() - ends.Peek()) / (ends.Count - 1) * rounds;
    }
}
