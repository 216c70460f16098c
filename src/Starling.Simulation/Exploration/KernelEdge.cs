using System.Collections.Immutable;
using Starling.Core.Blobs;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Training;

namespace Starling.Simulation.Exploration;

/// <summary>
/// The edge of one node while something happens to it: what the node can do by itself (read, sign, save, inspect, merge, train) is done at
/// once and in full. What comes of it is an entry under way and requests to peers.
/// </summary>
internal sealed class KernelEdge(ExploredContract contract, int index, KernelNode node, ImmutableList<VerifiedEntry> ledger)
{
    private readonly Queue<Input> inbox = new();
    private readonly Queue<Input> late = new();
    private readonly SortedSet<OperationId> saved = [];
    private readonly SeededRandom random = new(0);

    /// <summary>The node so far.</summary>
    public KernelNode Node { get; private set; } = node;

    /// <summary>A node that starts with nothing on its disk, and knows its peers.</summary>
    public static KernelNode Start(ExploredContract contract, int index, Instant now, ImmutableList<VerifiedEntry> ledger)
    {
        var state = NodeKernel.Create(contract.Nodes[index], [new ContractReference(ExploredContract.Contract, contract.Founding.Id)],
            contract.Keys, Options);
        var edge = new KernelEdge(contract, index, new KernelNode { State = state, Now = now }, ledger);
        edge.Tell(new Started([], [], []));
        foreach (var peer in contract.Nodes)
            if (peer.Id != contract.Nodes[index].Id)
                edge.Tell(new PeerUp(peer.Id));
        return edge.Node;
    }

    // As rarely as may be: what matters is told at once, and what only repeats itself is not explored.
    private static KernelOptions Options { get; } = new()
    {
        PollInterval = TimeSpan.FromHours(1),
        ResendInterval = TimeSpan.FromHours(1),
        RetryInterval = TimeSpan.FromHours(1),
        Transfers = new BlobTransferOptions
        {
            StallLimit = TimeSpan.FromMinutes(10),
            LeastBackOff = TimeSpan.FromMinutes(1),
            MostBackOff = TimeSpan.FromMinutes(10)
        },
    };

    /// <summary>Tells the node something, and carries out what follows until it has nothing to do.</summary>
    public void Tell(Input input)
    {
        inbox.Enqueue(input);
        while (inbox.TryDequeue(out var next) || late.TryDequeue(out next))
        {
            contract.Cancellation.ThrowIfCancellationRequested();
            var result = NodeKernel.Step(Node.State, next, Node.Now, random);
            Node = Node with { State = result.State };
            foreach (var effect in result.Effects)
                Carry(effect);
        }
    }

    /// <summary>Lets the clock jump to where the node asked to be woken.</summary>
    /// <param name="until">How far at most.</param>
    /// <returns>False if it did not ask, or asked for a later moment.</returns>
    public bool Wake(Instant until)
    {
        if (Node.State.WakeAt > until)
            return false;
        Pass(Node.State.WakeAt);
        return true;
    }

    /// <summary>Lets time pass, and tells the node.</summary>
    public void Pass(Instant until)
    {
        if (until > Node.Now)
            Node = Node with { Now = until };
        Tell(new Woke());
    }

    /// <summary>Answers a request to a peer.</summary>
    public void Answer(Operation fetch, bool isServed)
    {
        Node = Node with { Fetches = Node.Fetches.Remove(fetch) };
        Tell((fetch, isServed) switch
        {
            (_, false) => new FetchFailed(fetch.Id, FetchFailure.NotHeld),
            (FetchManifest manifest, true) => new ManifestArrived(fetch.Id, Manifest(manifest.Blob)),
            _ => new ChunkArrived(fetch.Id),
        });
    }

    /// <summary>The blob that an entry says its author holds, or none.</summary>
    public static BlobId Announced(SignedEntry? entry) => entry is null ? BlobId.None : TrainingEntryCodec.Decode(entry.Body.Payload) switch
    {
        Ready ready => ready.Update,
        Merged merged => merged.Merge,
        AuditedFull audited => audited.Merge,
        Receipt receipt => receipt.Merge,
        _ => BlobId.None,
    };

    // A blob has one byte, and stands for itself.
    private static BlobManifest Manifest(BlobId blob) => new(1, BlobManifest.StandardChunkBytes, [blob.Digest]);

    private void Carry(Effect effect)
    {
        switch (effect)
        {
            case ReadLedger read:
                inbox.Enqueue(
                    new LedgerRead(read.Id, new LedgerPage(read.Contract, read.From, [.. ledger.Skip((int)read.From)], ledger.Count)));
                break;
            case Sign sign:
                inbox.Enqueue(new Signed(sign.Id, [.. contract.Keys.Sign(contract.Nodes[index].Key, sign.Bytes.AsSpan())]));
                break;
            case SaveRecord save:
                saved.Add(save.Id);
                inbox.Enqueue(new Saved(save.Id));
                break;
            case SaveBlob save:
                late.Enqueue(new Saved(save.Id)); // As late as can be: a node that does not wait for it is found out.
                break;
            case OpenBlob open:
                var manifest = Node.State.Held.Contains(open.Blob) ? Manifest(open.Blob) : null;
                inbox.Enqueue(new BlobOpened(open.Id, manifest, manifest is null ? [] : [true]));
                break;
            case Compute compute:
                inbox.Enqueue(new Computed(compute.Id, compute.Computation switch
                {
                    MergeUpdates merge => new MergeDone(ExploredContract.Merge(merge.Inputs.Select(input => input.Author))),
                    AuditMerge audit => new MergeAudited(audit.Merge == ExploredContract.Merge(audit.Inputs.Select(input => input.Author))),
                    _ => new Inspected(null),
                }));
                break;
            case FetchManifest or FetchChunk:
                Node = Node with { Fetches = Node.Fetches.Add((Operation)effect) };
                break;
            case Cancel cancel:
                Node = Node with { Fetches = Node.Fetches.RemoveAll(fetch => fetch.Id == cancel.Id) };
                break;
            case Deliver { Assignment: { Last: false } work }:
                inbox.Enqueue(new UpdateReady(work.Contract, work.Round, work.Base, ExploredContract.Update(contract.Nodes[index].Id), 1, 1,
                    UpdateMetrics.None));
                break;
            case AppendEntry append:
                Append(append);
                break;
            case Halt halt:
                Node =
                    Node with { Broken = new BrokenRule("no honest node stops", $"{contract.Nodes[index].Id.Name} does: {halt.Detail}") };
                break;
        }
    }

    private void Append(AppendEntry append)
    {
        if (Node.UnderWay.Any(other => other.Entry.Id == append.Entry.Id))
            return;
        Node = Node with { UnderWay = Node.UnderWay.Add(append) };
        var announced = Announced(append.Entry);
        if (!append.After.All(saved.Contains) || (!announced.IsNone && !Node.State.Durable.Contains(announced)))
            Node = Node with
            {
                Broken = new BrokenRule("saved before announced", $"{contract.Nodes[index].Id.Name} appends what is not on its disk")
            };
    }
}
