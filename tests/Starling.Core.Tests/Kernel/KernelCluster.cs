using System.Collections.Immutable;
using System.Text;
using Starling.Core.Blobs;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Tasks;
using Starling.Core.Tests.Tasks;
using Starling.Core.Tests.Training;
using Starling.Core.Training;

namespace Starling.Core.Tests.Kernel;

/// <summary>
/// Nodes whose edges do at once, in memory and without faults, what the kernel asks for. The simulator is the place for faults; this is
/// for transcripts and for tests of one rule at a time. A test may hold back effects, and moves the clock itself.
/// </summary>
internal sealed class KernelCluster
{
    private static readonly SeededRandom Random = new(1);
    private readonly Queue<(NodeId Node, Input Input)> queue = [];
    private readonly SortedDictionary<NodeId, Machine> machines = [];
    private readonly SortedDictionary<ContractId, List<VerifiedEntry>> ledgers = [];
    private readonly SortedSet<(NodeId, NodeId)> broken = [];

    /// <param name="contract">The training contract.</param>
    /// <param name="runner">A task runner of the same nodes: these follow that alone then, and the training contract once a
    /// task tells them to.</param>
    /// <param name="other">Another training contract of the same nodes.</param>
    public KernelCluster(ContractScript contract, RunnerScript? runner = null, ContractScript? other = null)
    {
        (Contract, Runner, Other) = (contract, runner, other);
        foreach (var founding in new[] { contract.First, runner?.First, other?.First }.OfType<SignedEntry>())
            ledgers.Add(founding.Body.Contract, [new VerifiedEntry(founding, SignatureValid: true)]);
        foreach (var member in contract.Members)
            machines[member] = new Machine(Create(member));
    }

    public ContractScript Contract { get; }

    public RunnerScript? Runner { get; }

    public ContractScript? Other { get; }

    public Instant Now { get; private set; } = new(1_000_000_000);

    public List<string> Transcript { get; } = [];

    public IReadOnlyList<VerifiedEntry> Ledger => ledgers[Contract.State.Contract];

    /// <summary>What the task runner's ledger holds.</summary>
    public IReadOnlyList<VerifiedEntry> RunnerLedger => ledgers[Runner!.State.Contract];

    /// <summary>Work that was asked for and goes on, by the node that carries it out.</summary>
    public SortedDictionary<NodeId, StartWork> Works { get; } = [];

    /// <summary>The kinds of tasks that nodes carry out.</summary>
    public ImmutableSortedSet<TaskKind> Kinds { get; init; } = [TaskKind.RunTraining, TaskKind.PrepareContent];

    /// <summary>Whether a node dies before it carries an effect out.</summary>
    public Func<NodeId, Effect, bool> DiesBefore { get; set; } = (_, _) => false;

    /// <summary>Bytes in a chunk of a blob.</summary>
    public int ChunkBytes { get; init; } = BlobManifest.StandardChunkBytes;

    /// <summary>The least bytes of a blob: updates and merges of one schema have one length.</summary>
    public int BlobBytes { get; init; }

    /// <summary>Which chunks were fetched, and by whom.</summary>
    public List<(NodeId Node, BlobId Blob, int Chunk)> Fetched { get; } = [];

    /// <summary>Effects that a test keeps from being carried out.</summary>
    public Func<NodeId, Effect, bool> HoldBack { get; set; } = (_, _) => false;

    /// <summary>The most entries that the ledger shows at once; besides, it keeps the bounds of a page.</summary>
    public int PageEntries { get; init; } = LedgerPage.MaxEntries;

    /// <summary>Whether the ledger answers nobody.</summary>
    public bool IsLedgerSilent { get; set; }

    /// <summary>What a node finds of an update; nothing, unless a test says otherwise.</summary>
    public Func<NodeId, BlobId, LeftOutReason?> Faults { get; set; } = (_, _) => null;

    /// <summary>What a node finds of the chunks of a merge that it drew.</summary>
    public Func<NodeId, AuditMerge, bool> Agrees { get; set; } = (_, _) => true;

    /// <summary>What a merge that a node makes is; the node itself is left out where all make the same.</summary>
    public Func<NodeId, string, string> Merges { get; set; } = (_, merge) => merge;

    /// <summary>The key that a node has when it starts; the one that was enrolled, unless a test says otherwise.</summary>
    public Func<NodeId, PublicKey> Keys { get; set; } = PlainCertifier.KeyOf;

    /// <summary>Whose steps are written down.</summary>
    public NodeId? Watched { get; set; }

    /// <summary>What a node thinks of certificates: another node's software may think otherwise.</summary>
    public Func<NodeId, ICertifier> Certifiers { get; set; } = _ => ContractScript.Certifier;

    public NodeState this[NodeId node] => machines[node].State;

    public TrainingState Fold(NodeId node) => machines[node].State.Contracts[Contract.State.Contract].Fold;

    public IEnumerable<NodeEvent> Events(NodeId node) => machines[node].Events;

    public Assignment? Assigned(NodeId node) => machines[node].Assigned.GetValueOrDefault(Contract.State.Contract);

    public IReadOnlyList<VerifiedEntry> LedgerOf(ContractScript contract) => ledgers[contract.State.Contract];

    /// <summary>What a node has mirrored of a contract.</summary>
    public IReadOnlyList<VerifiedEntry> Mirror(NodeId node, ContractId contract) => machines[node].Mirrors.GetValueOrDefault(contract, []);

    /// <summary>Whom a node serves a blob to.</summary>
    public ImmutableSortedSet<NodeId> Audience(NodeId node, BlobId blob) => machines[node].Shared.GetValueOrDefault(blob, []);

    /// <summary>Starts these nodes, with what their disks hold, and connects them with all that run.</summary>
    public void Start(params NodeId[] nodes)
    {
        foreach (var node in nodes)
        {
            var machine = machines[node] = machines[node].Restarted(Create(node));
            queue.Enqueue((node,
                new Started([.. machine.Journal.Values], [.. machine.Durable],
                    [.. machine.Mirrors.Select(mirror => new MirroredContract(mirror.Key, [.. mirror.Value]))])));
            foreach (var (other, running) in machines)
                if (other != node && running.IsRunning)
                {
                    queue.Enqueue((node, new PeerUp(other)));
                    queue.Enqueue((other, new PeerUp(node)));
                }

            machine.IsRunning = true;
            Works.Remove(node);
        }

        Settle();
    }

    /// <summary>Kills a node: what was not saved is gone.</summary>
    public void Kill(NodeId node)
    {
        machines[node].IsRunning = false;
        foreach (var (other, machine) in machines)
            if (machine.IsRunning)
                queue.Enqueue((other, new PeerDown(node)));
        Settle();
    }

    /// <summary>Breaks the connection between two nodes for good.</summary>
    public void Break(NodeId one, NodeId other)
    {
        broken.UnionWith([(one, other), (other, one)]);
        queue.Enqueue((one, new PeerDown(other)));
        queue.Enqueue((other, new PeerDown(one)));
        Settle();
    }

    /// <summary>Takes a node's disk away.</summary>
    public void Wipe(NodeId node) => machines[node] = new Machine(Create(node));

    /// <summary>A node's disk loses a blob.</summary>
    public void Lose(NodeId node, BlobId blob) => machines[node].Durable.Remove(blob);

    /// <summary>Appends an entry that no kernel made.</summary>
    public void Append(SignedEntry entry)
    {
        ledgers[entry.Body.Contract].Add(new VerifiedEntry(entry, SignatureValid: true));
        foreach (var node in machines.Keys)
            queue.Enqueue((node, new LedgerChanged(entry.Body.Contract)));
        Settle();
    }

    /// <summary>A program hands over an update.</summary>
    public void Train(params NodeId[] nodes) => Train(nodes, default, null);

    /// <summary>Programs hand over updates, and one of them has trained enough with it.</summary>
    public void Train(NodeId[] nodes, NodeId last, CheckIn? checkIn) => Train(Contract, nodes, last, checkIn);

    /// <summary>Programs of either contract hand over updates.</summary>
    public void Train(ContractScript contract, NodeId[] nodes, NodeId last = default, CheckIn? checkIn = null)
    {
        foreach (var node in nodes)
        {
            var machine = machines[node];
            if (!machine.Assigned.Remove(contract.State.Contract, out var assignment))
                throw new InvalidOperationException($"{node} has nothing to train.");
            var where = contract == Contract ? "" : $" of {contract.State.Contract}";
            var blob = machine.Put(
                $"update of {node.Name} in round {assignment.Round}{where} from {assignment.Base.Short}".PadRight(BlobBytes), ChunkBytes);
            queue.Enqueue((node,
                new UpdateReady(assignment.Contract, assignment.Round, assignment.Base, blob, Math.Max(40, BlobBytes), 10,
                    new UpdateMetrics(0.5, 0.75), node == last ? checkIn : null)));
        }

        Settle();
    }

    /// <summary>Lets time pass, waking whoever asked for it.</summary>
    public void Pass(TimeSpan span)
    {
        var end = Now + span;
        while (machines.Values.Where(m => m.IsRunning).Select(m => m.State.WakeAt).DefaultIfEmpty(Instant.Never).Min() is var next
            && next <= end)
        {
            Now = next > Now ? next : Now;
            foreach (var (node, machine) in machines)
                if (machine.IsRunning && machine.State.WakeAt <= Now)
                    queue.Enqueue((node, new Woke()));
            Settle();
        }

        Now = end;
    }

    public void Give(NodeId node, Input input)
    {
        queue.Enqueue((node, input));
        Settle();
    }

    private NodeState Create(NodeId node) => Runner is null
        ? NodeKernel.Create(new NodeIdentity(node, Keys(node)),
            [.. new[] { Contract, Other }.OfType<ContractScript>()
                .Select(each => new ContractReference(each.State.Contract, each.First.Id))],
            Certifiers(node), new KernelOptions())
        : NodeKernel.Create(new NodeIdentity(node, Keys(node)), [], Certifiers(node),
            new KernelOptions { Tasks = Kinds },
            [new ContractReference(Runner.State.Contract, Runner.First.Id)]);

    private void Settle()
    {
        while (queue.TryDequeue(out var next))
        {
            var machine = machines[next.Node];
            if (!machine.IsRunning)
                continue;
            var result = NodeKernel.Step(machine.State, next.Input, Now, Random);
            machine.State = result.State;
            if (Watched == next.Node)
                KernelTranscript.Write(Transcript, Now, next.Input, result.Effects);
            foreach (var effect in result.Effects)
                if (DiesBefore(next.Node, effect))
                    machine.IsRunning = false;
                else if (machine.IsRunning && !HoldBack(next.Node, effect))
                    Carry(next.Node, machine, effect);
        }
    }

    private void Carry(NodeId node, Machine machine, Effect effect)
    {
        switch (effect)
        {
            case Report report:
                machine.Events.Add(report.Event);
                break;
            case Deliver deliver:
                machine.Assigned[deliver.Assignment.Contract] = deliver.Assignment;
                break;
            case MirrorEntries mirror:
                var kept = machine.Mirrors.TryGetValue(mirror.Contract, out var known) ? known : machine.Mirrors[mirror.Contract] = [];
                kept.RemoveRange((int)mirror.From, kept.Count - (int)mirror.From);
                kept.AddRange(mirror.Entries);
                break;
            case Share share:
                machine.Shared[share.Blob] = [.. share.Audience];
                break;
            case Release release:
                machine.Blobs.Remove(release.Blob);
                machine.Durable.Remove(release.Blob);
                break;
            case Send send:
                queue.Enqueue((send.Peer, new PeerMessageArrived(node, send.Message)));
                break;
            case StartWork work:
                Works[node] = work;
                break;
            case Cancel cancel when Works.TryGetValue(node, out var work) && work.Id == cancel.Id:
                Works.Remove(node);
                break;
            case Operation operation:
                queue.Enqueue((node, Complete(node, machine, operation)));
                break;
        }
    }

    private Completion Complete(NodeId node, Machine machine, Operation operation)
    {
        switch (operation)
        {
            case SaveRecord save:
                if (save.Record.Value.IsEmpty)
                    machine.Journal.Remove(save.Record.Key);
                else
                    machine.Journal[save.Record.Key] = save.Record;
                return new Saved(save.Id);
            case SaveBlob save:
                machine.Durable.Add(save.Blob);
                return new Saved(save.Id);
            case Sign sign:
                return new Signed(sign.Id, [1]);
            case AppendEntry append when IsLedgerSilent:
                return new AppendDone(append.Id, AppendOutcome.Unavailable);
            case ReadLedger read when IsLedgerSilent:
                return new LedgerReadFailed(read.Id, "no answer");
            case AppendEntry append:
                var ledger = ledgers[append.Entry.Body.Contract];
                if (ledger.All(e => e.Entry.Id != append.Entry.Id))
                    ledger.Add(new VerifiedEntry(append.Entry, SignatureValid: true));
                return new AppendDone(append.Id, AppendOutcome.Appended);
            case ReadLedger read:
                return new LedgerRead(read.Id, Page(read));
            case OpenBlob open:
                return machine.Blobs.TryGetValue(open.Blob, out var known)
                    ? new BlobOpened(open.Id, BlobManifest.Of(known, ChunkBytes),
                        [.. BlobManifest.Of(known, ChunkBytes).Chunks.Select(_ => true)])
                    : new BlobOpened(open.Id, null, []);
            case FetchManifest fetch:
                return Holder(node, fetch.Peer, fetch.Blob) is { } bytes
                    ? new ManifestArrived(fetch.Id, BlobManifest.Of(bytes, ChunkBytes))
                    : new FetchFailed(fetch.Id, FetchFailure.Forbidden);
            case FetchChunk fetch:
                if (Holder(node, fetch.Peer, fetch.Blob) is not { } chunk)
                    return new FetchFailed(fetch.Id, FetchFailure.Forbidden);
                machine.Blobs[fetch.Blob] = chunk;
                Fetched.Add((node, fetch.Blob, fetch.Chunk));
                queue.Enqueue((fetch.Peer, new BlobServed(node, fetch.Blob, fetch.Length)));
                return new ChunkArrived(fetch.Id);
            case Compute { Computation: InspectUpdate } inspect:
                return new Computed(inspect.Id, new Inspected(Faults(node, ((InspectUpdate)inspect.Computation).Blob)));
            case Compute { Computation: AuditMerge audit } compute:
                return new Computed(compute.Id, new MergeAudited(Agrees(node, audit)));
            case Compute { Computation: MergeUpdates merge } compute:
                return new Computed(compute.Id, new MergeDone(machine.Put(
                    Merges(node,
                        "merge of " + string.Join(' ', merge.Inputs.Select(i => $"{i.Weight}*{i.Blob.Short}"))).PadRight(BlobBytes),
                        ChunkBytes)));
            default:
                throw new InvalidOperationException($"Nothing carries out {operation.GetType().Name}.");
        }
    }

    private LedgerPage Page(ReadLedger read)
    {
        var (entries, bytes) = (ledgers[read.Contract], 0L);
        var shown = entries.Skip((int)read.From).Take(PageEntries)
            .TakeWhile((entry, i) => (bytes += entry.Entry.Encode().Length) <= LedgerPage.MaxBytes || i == 0);
        return new LedgerPage(read.Contract, read.From, [.. shown], entries.Count);
    }

    private byte[]? Holder(NodeId asker, NodeId peer, BlobId blob) =>
        machines[peer] is { IsRunning: true } holder && !broken.Contains((asker, peer))
            && holder.Shared.GetValueOrDefault(blob, []).Contains(asker) && holder.Blobs.TryGetValue(blob, out var bytes)
            ? bytes
            : null;

    private sealed class Machine(NodeState state)
    {
        public NodeState State { get; set; } = state;

        public bool IsRunning { get; set; }

        public SortedDictionary<string, JournalRecord> Journal { get; private init; } = new(StringComparer.Ordinal);

        public SortedDictionary<BlobId, byte[]> Blobs { get; private init; } = [];

        public SortedSet<BlobId> Durable { get; private init; } = [];

        public SortedDictionary<ContractId, List<VerifiedEntry>> Mirrors { get; private init; } = [];

        public SortedDictionary<BlobId, ImmutableSortedSet<NodeId>> Shared { get; } = [];

        public List<NodeEvent> Events { get; } = [];

        public SortedDictionary<ContractId, Assignment> Assigned { get; } = [];

        public BlobId Put(string content, int chunkBytes)
        {
            var bytes = Encoding.UTF8.GetBytes(content);
            var blob = BlobManifest.Of(bytes, chunkBytes).Id;
            Blobs[blob] = bytes;
            return blob;
        }

        public Machine Restarted(NodeState fresh) => new(fresh)
        {
            Journal = Journal,
            Durable = Durable,
            Mirrors = Mirrors,
            Blobs = new SortedDictionary<BlobId, byte[]>(Blobs.Where(b => Durable.Contains(b.Key)).ToDictionary(b => b.Key, b => b.Value)),
        };
    }
}
