using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Training;

namespace Starling.Simulation.Exploration;

/// <summary>Everything that may happen in one state of the ledger and of the kernels.</summary>
internal sealed class KernelTurn(ExploredContract contract, KernelKey key, KernelWorld world)
{
    // Longer than any timer of the protocol: later wake-ups only repeat themselves.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(400);

    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(10);

    private readonly List<Transition<KernelWorld>> transitions = [];

    /// <summary>All of it.</summary>
    public List<Transition<KernelWorld>> All()
    {
        for (var i = 0; i < world.Nodes.Length; i++)
        {
            foreach (var underWay in world.Nodes[i].UnderWay)
                Land(i, underWay);
            Faults(i);
        }

        Timers();
        if (contract.Liars > 0)
            Byzantine();
        return transitions;
    }

    /// <summary>The state in which every member is ready.</summary>
    public KernelWorld AllReady()
    {
        var ready = world;
        for (var i = 0; i < world.Nodes.Length; i++)
            ready = new KernelTurn(contract, key, ready).Landed(i, ready.Nodes[i].UnderWay[0].Entry, ready.Nodes[i].UnderWay[0]).Next;
        if (contract.Liars > 0)
            ready = new KernelTurn(contract, key, ready).Landed(-1,
                contract.Entry(ready.Fold, contract.Nodes[^1], FoldTurn.Ready(ready.Fold, contract.Byzantine)), null).Next;
        return ready;
    }

    private void Land(int i, AppendEntry underWay)
    {
        var node = world.Nodes[i];
        var isCurrent = node is { IsDead: false } && node.Part.Outbox.Entry?.Id == underWay.Entry.Id;
        var (next, result) = Landed(i, underWay.Entry, underWay);
        Add($"{Name(i)}'s {RoundText.Of(TrainingEntryCodec.Decode(underWay.Entry.Body.Payload), world.Fold)} lands{RoundText.Outcome(result)}", next, isCurrent ? TransitionKind.Due : TransitionKind.Possible, result);
    }

    private void Byzantine()
    {
        foreach (var entry in ByzantineEntries.Of(world.Fold, contract))
        {
            var (next, result) = Landed(-1, contract.Entry(world.Fold, contract.Nodes[^1], entry), null);
            Add($"{contract.Byzantine.Name} appends {RoundText.Of(entry, world.Fold)}{RoundText.Outcome(result)}", next,
                TransitionKind.Byzantine, result);
        }

        for (var i = 0; i < world.Nodes.Length; i++)
            foreach (var (blob, transfer) in world.Nodes[i].State.Transfers.Blobs)
                if (transfer.Holders.ContainsKey(contract.Byzantine))
                    Add($"{contract.Byzantine.Name} serves {Name(i)} {Blob(blob)}", new KernelPeers(contract, world).Settle((i, blob)),
                        TransitionKind.Byzantine, null);
    }

    private void Faults(int i)
    {
        var node = world.Nodes[i];
        if (world.FaultsLeft == 0 || node.IsDead)
            return;
        var after = world with { FaultsLeft = world.FaultsLeft - 1 };
        if (contract.Request.Fault == ExplorationFault.Death)
        {
            Add($"{Name(i)} dies for good", With(after, i, node with { IsDead = true, Fetches = [] }), TransitionKind.Fault, null);
            return;
        }

        var known = world.Fold.Authors[contract.Nodes[i].Id];
        var fresh = KernelEdge.Start(contract, i, node.Now, world.Entries);
        Add($"{Name(i)} loses its disk", new KernelPeers(contract, With(after, i, fresh with
        {
            HasLostDisk = known.Sequence > 0 || known.Incarnation > 1 || !node.UnderWay.IsEmpty,
            UnderWay = [.. node.UnderWay, .. fresh.UnderWay],
        })).Settle(null), TransitionKind.Fault, null);
    }

    // Once faults have stopped timeouts are long enough: one that is due fires only where nothing else can happen, the shorter ones first.
    private void Timers()
    {
        var isQuiet = transitions.TrueForAll(transition => transition.Kind != TransitionKind.Due);
        var fired = new List<(int Node, TimeSpan Wait, KernelWorld Next)>();
        for (var i = 0; i < world.Nodes.Length; i++)
            if (!world.Nodes[i].IsDead && world.Nodes[i].Part.Outbox.Stage == OutboxStage.Idle && Fire(i) is { } next)
                fired.Add((i, next.Nodes[i].Now - world.Nodes[i].Now, next));
        foreach (var (i, wait, next) in fired)
        {
            var isDue = isQuiet && wait <= fired.Min(other => other.Wait) + AtOnce;
            Add($"{Name(i)} has waited {wait.TotalSeconds:0} s{Appended(i, next.Nodes[i])}", next,
                isDue ? TransitionKind.Due : TransitionKind.Fault, null);
        }

        foreach (var (i, _, _) in isQuiet ? fired : [])
            LongWait(i);
    }

    private KernelWorld? Fire(int i)
    {
        var before = key.Of(world, i);
        var edge = new KernelEdge(contract, i, world.Nodes[i], world.Entries);
        while (edge.Wake(world.Nodes[i].Now + Longest))
        {
            var next = With(world, i, edge.Node);
            if (!key.Of(next, i).AsSpan().SequenceEqual(before))
                return new KernelPeers(contract, next).Settle(null);
        }

        return null;
    }

    // Terms may come and go without end; the time that they take still adds up.
    private void LongWait(int i)
    {
        if (!KernelTimers.MayReopen(world.Fold.Round!, contract.Nodes[i].Id) || KernelTimers.Last(world.Nodes[i]) is not { } last
            || world.Nodes[i].Now >= last)
            return;
        var edge = new KernelEdge(contract, i, world.Nodes[i], world.Entries);
        edge.Pass(last);
        Add($"{Name(i)} has waited four absent timeouts in all{Appended(i, edge.Node)}",
            new KernelPeers(contract, With(world, i, edge.Node)).Settle(null), TransitionKind.InTheEnd, null);
    }

    private string Appended(int i, KernelNode node) => node.UnderWay.Length > world.Nodes[i].UnderWay.Length
        ? $" and appends {RoundText.Of(TrainingEntryCodec.Decode(node.UnderWay[^1].Entry.Body.Payload), world.Fold)}" : "";

    private (KernelWorld Next, FoldResult Result) Landed(int author, SignedEntry entry, AppendEntry? append)
    {
        var result = contract.Apply(world.Fold, entry);
        var entries = world.Entries.Add(new VerifiedEntry(entry, SignatureValid: true));
        var nodes = world.Nodes.ToBuilder();
        for (var i = 0; i < nodes.Count; i++)
        {
            if (i == author)
                nodes[i] = Resolved(nodes[i], append!, result);
            if (nodes[i].IsDead)
                continue;
            var edge = new KernelEdge(contract, i, nodes[i], entries);
            if (i == author)
                edge.Tell(new AppendDone(append!.Id, AppendOutcome.Appended));
            edge.Tell(new LedgerChanged(ExploredContract.Contract));
            nodes[i] = edge.Node;
        }

        return (WithoutDead(new KernelPeers(contract,
            world with { Fold = result.State, Entries = entries, Nodes = nodes.ToImmutable() }).Settle(null)), result);
    }

    // Entries that are refused whatever else happens land at once: that moves nobody but their authors, who are free again.
    private KernelWorld WithoutDead(KernelWorld next)
    {
        if (KernelSystem.HasCommitted(next))
            return next;
        for (var i = 0; i < next.Nodes.Length; i++)
            if (next.Nodes[i].UnderWay.FirstOrDefault(underWay => DeadEntries.IsDead(next.Fold, underWay.Entry, contract)) is { } dead)
            {
                var (after, result) = new KernelTurn(contract, key, next).Landed(i, dead.Entry, dead);
                return result.Refusal != Refusal.None
                    ? after
                    : throw new InvalidOperationException("An entry was accepted that is refused for good.");
            }

        return next;
    }

    private static KernelNode Resolved(KernelNode node, AppendEntry append, FoldResult result)
    {
        node = node with { UnderWay = node.UnderWay.Remove(append) };
        if (result.Refusal != Refusal.None)
            return node;
        return result.Entry switch
        {
            Rejoin => node with { HasLostDisk = false, Voted = null },
            Merged or AuditedFull or AuditedSampled or Receipt => node with { Voted = (TermEntry)result.Entry },
            _ => node,
        };
    }

    private void Add(string label, KernelWorld next, TransitionKind kind, FoldResult? result) =>
        transitions.Add(new Transition<KernelWorld>(
        label, next, kind, result?.Happenings.Any(happening => happening is Committed) == true,
        (result is null ? null : KernelRules.Broken(contract, world, next, result)) ?? KernelRules.Broken(contract, next)));

    private static KernelWorld With(KernelWorld world, int i, KernelNode node) => world with { Nodes = world.Nodes.SetItem(i, node) };

    private string Blob(BlobId blob) =>
        contract.Nodes.FirstOrDefault(node => ExploredContract.Update(node.Id) == blob) is { } owner
            ? $"{owner.Id.Name}'s update"
            : "a merge";

    private string Name(int i) => contract.Nodes[i].Id.Name;
}
