using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Node.Loop;

/// <summary>
/// What waits for the kernel, in order of arrival. Completions always find room, since there are no more of them than operations that the
/// kernel asked for. What others cause is bounded: a peer's messages by a count, above which they are dropped; hints and progress by being
/// added up while they wait.
/// </summary>
public sealed class InputQueue
{
    /// <summary>How many messages of one peer wait at most.</summary>
    public const int MaxMessagesPerPeer = 64;

    // Not a Lock: the loop waits on it.
    private readonly object gate = new();
    private readonly Queue<Input> waiting = new();
    private readonly Dictionary<NodeId, int> messages = [];
    private readonly HashSet<Input> once = [];
    private readonly Dictionary<OperationId, int> progress = [];
    private readonly Dictionary<(NodeId Peer, BlobId Blob), int> served = [];
    private bool closed;
    private long dropped;

    /// <summary>How many inputs wait.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return waiting.Count;
        }
    }

    /// <summary>How many messages of peers were dropped.</summary>
    public long Dropped => Interlocked.Read(ref dropped);

    /// <summary>Adds an input. It is lost if the queue is closed, or if it is a message of a peer that has too many waiting.</summary>
    public void Add(Input input)
    {
        lock (gate)
        {
            if (closed || !Admits(input))
                return;
            waiting.Enqueue(input);
            NodeTelemetry.Waiting.Add(1);
            Monitor.Pulse(gate);
        }
    }

    /// <summary>Takes the next input; waits for one.</summary>
    /// <returns>The input, or null once the queue is closed.</returns>
    public Input? Take()
    {
        lock (gate)
        {
            while (waiting.Count == 0 && !closed)
                Monitor.Wait(gate);
            if (closed)
                return null;
            NodeTelemetry.Waiting.Add(-1);
            return Leaves(waiting.Dequeue());
        }
    }

    /// <summary>Lets nothing in or out any more.</summary>
    public void Close()
    {
        lock (gate)
        {
            closed = true;
            Monitor.PulseAll(gate);
        }
    }

    private bool Admits(Input input)
    {
        switch (input)
        {
            case PeerMessageArrived message:
                var count = messages.GetValueOrDefault(message.Peer);
                if (count >= MaxMessagesPerPeer)
                {
                    Interlocked.Increment(ref dropped);
                    NodeTelemetry.Dropped.Add(1);
                    return false;
                }

                messages[message.Peer] = count + 1;
                return true;
            case LedgerChanged or Woke:
                return once.Add(input);
            case ChunkProgressed p:
                return Tally(progress, p.Operation, p.Bytes);
            case BlobServed s:
                return Tally(served, (s.Peer, s.Blob), s.Bytes);
            default:
                return true;
        }
    }

    private Input Leaves(Input input)
    {
        switch (input)
        {
            case PeerMessageArrived message:
                if (--messages[message.Peer] == 0)
                    messages.Remove(message.Peer);
                return input;
            case LedgerChanged or Woke:
                once.Remove(input);
                return input;
            case ChunkProgressed p:
                progress.Remove(p.Operation, out var arrivedBytes);
                return p with { Bytes = arrivedBytes };
            case BlobServed s:
                served.Remove((s.Peer, s.Blob), out var servedBytes);
                return s with { Bytes = servedBytes };
            default:
                return input;
        }
    }

    // Whether the key is new and so needs a place in the line.
    private static bool Tally<TKey>(Dictionary<TKey, int> tallies, TKey key, int bytes)
        where TKey : notnull
    {
        var isNew = !tallies.TryGetValue(key, out var sum);
        tallies[key] = (int)Math.Min((long)sum + bytes, int.MaxValue);
        return isNew;
    }
}
