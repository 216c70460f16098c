using System.Collections.Immutable;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Ledger;
using Starling.Core.Training;

namespace Starling.Simulation.Exploration;

/// <summary>Everything that may happen in one state of the fold and of those who append to it.</summary>
internal sealed class FoldTurn(ExploredContract contract, FoldWorld world)
{
    private readonly List<Transition<FoldWorld>> transitions = [];

    private TrainingState Fold => world.Fold;

    private RoundState Round => world.Fold.Round!;

    private int Honest => contract.Nodes.Length - contract.Liars;

    /// <summary>A member's Ready where the fold stands now.</summary>
    public static Ready Ready(TrainingState fold, NodeId node) =>
        new(fold.Round!.Round, fold.Round.Opening, fold.Round.Base, fold.Round.OpenedHash, ExploredContract.Update(node), 1,
            UpdateMetrics.None);

    /// <summary>All of it.</summary>
    public List<Transition<FoldWorld>> All()
    {
        for (var i = 0; i < Honest; i++)
        {
            Landings(i);
            Faults(i);
            Return(i);
            if (world.Members[i] is not { IsLive: true, Entry: null })
                continue;
            Ready(i);
            Claim(i);
            Merged(i);
            Votes(i);
            Suspect(i);
        }

        LastResorts();
        if (contract.Liars > 0)
            foreach (var entry in ByzantineEntries.Of(Fold, contract))
                Land(contract.Nodes.Length - 1, contract.Entry(Fold, contract.Nodes[^1], entry), entry, TransitionKind.Byzantine, world);
        return transitions;
    }

    private void Landings(int i)
    {
        var member = world.Members[i];
        if (member.Entry is { } entry)
            Land(i, entry.Signed, entry.Entry, member.IsLive ? TransitionKind.Due : TransitionKind.Possible,
                world.With(i, m => m with { Entry = null }));
        if (member.Earlier is { } earlier)
            Land(i, earlier.Signed, earlier.Entry, TransitionKind.Possible, world.With(i, m => m with { Earlier = null }));
    }

    private void Faults(int i)
    {
        var member = world.Members[i];
        if (world.FaultsLeft == 0 || member.IsDead)
            return;
        var after = world with { FaultsLeft = world.FaultsLeft - 1 };
        if (contract.Request.Fault == ExplorationFault.Death)
            Add($"{Name(i)} dies for good", after.With(i, m => m with { IsDead = true }), TransitionKind.Fault);
        else if (!member.HasLostDisk)
            Add($"{Name(i)} loses its disk", after.With(i, m => m with { HasLostDisk = true, HasUpdate = false, Held = null }),
                TransitionKind.Fault);
    }

    private void Return(int i)
    {
        if (world.Members[i] is not { HasLostDisk: true, IsDead: false })
            return;
        // What was under way is of the earlier incarnation, and is refused from now on.
        var rejoin = new Rejoin();
        Land(i, contract.Entry(Fold, contract.Nodes[i], rejoin), rejoin, TransitionKind.Due,
            world.With(i, m => m with { HasLostDisk = false, Entry = null, Earlier = null }));
    }

    private void Ready(int i) => Append(i, Ready(Fold, Id(i)), TransitionKind.Due, m => m with { HasUpdate = true });

    private void Claim(int i) => Append(i, new Claim(Round.Round, Round.Opening, Round.Term), TransitionKind.Due);

    // A leader merges everyone, or leaves out those whom it cannot reach. It can count on the updates of live honest members alone.
    private void Merged(int i)
    {
        if (Round.Leader != Id(i) || Round.Proposal is not null)
            return;
        var gone =
            Round.Frozen.Where(node => !contract.IsHonest(node) || !world.Members[contract.IndexOf(node)].IsLive).ToImmutableSortedSet();
        var available =
            Enumerable.Range(0, Honest).Count(j => world.Members[j] is { IsLive: true, HasUpdate: true } && Round.Frozen.Contains(Id(j)));
        var kind = available >= Round.Settings.MinPeers ? TransitionKind.Due : TransitionKind.Possible;
        Propose(i, Round.Frozen, [], kind);
        if (!gone.IsEmpty && Round.Frozen.Count - gone.Count >= Round.Settings.MinPeers)
            Propose(i, Round.Frozen.Except(gone), gone, kind);
    }

    private void Propose(int i, ImmutableSortedSet<NodeId> contributors, ImmutableSortedSet<NodeId> leftOut, TransitionKind kind)
    {
        ImmutableArray<NodeId> sorted = [.. contributors];
        Vote(i, new Merged(Round.Round, Round.Opening, Round.Term, ExploredContract.Merge(sorted), sorted,
            [.. leftOut.Select(node => new LeftOut(node, LeftOutReason.Unavailable))]),
            new MergeClaim(ExploredContract.Merge(sorted), sorted), kind);
    }

    // An audit needs somebody who holds the merge and serves it and the updates in it.
    private void Votes(int i)
    {
        if (Round.Proposal is not { } proposal || !Round.Frozen.Contains(Id(i)) || Round.Leader == Id(i))
            return;
        var right = new MergeClaim(ExploredContract.Merge(proposal.Contributors), proposal.Contributors);
        var isServed = Enumerable.Range(0, Honest).Any(j => world.Members[j] is { IsLive: true, Held: { } held } member && IsCurrent(held)
            && (!Round.IsDisputed || Id(j) == Round.Leader || Round.Votes.GetValueOrDefault(Id(j))?.Full is not null
                || member.Entry?.Entry is AuditedFull));
        var isHonestLeader = contract.IsHonest(Round.Leader) && !world.Members[contract.IndexOf(Round.Leader)].IsDead;
        var kind = isServed || (Round.Settings.Audit == AuditMode.Off && isHonestLeader) ? TransitionKind.Due : TransitionKind.Possible;
        var full = new AuditedFull(Round.Round, Round.Opening, Round.Term, right.Merge, right.Contributors);
        switch (Round.Settings.Audit)
        {
            case AuditMode.Off:
                Vote(i, new Receipt(Round.Round, Round.Opening, Round.Term, proposal.Merge), proposal, kind);
                break;
            case AuditMode.Full:
                Vote(i, full, right, kind);
                break;
            default:
                // A sample may always miss what is wrong; once it has not, or there is a dispute, the audit is in full.
                Vote(i, new AuditedSampled(Round.Round, Round.Opening, Round.Term), proposal, kind);
                if (Round.IsDisputed || (!proposal.Equals(right) && !Round.Votes.ContainsKey(Id(i))))
                    Vote(i, full, right, kind);
                break;
        }
    }

    private void Vote(int i, TermEntry vote, MergeClaim claim, TransitionKind kind) =>
        Append(i, vote, kind, m => m with { Held = new HeldMerge(Round.Round, Round.Opening, Round.Term, claim) });

    // Once timeouts are long enough an honest live leader is not suspected, and who has voted suspects nobody.
    private void Suspect(int i)
    {
        if (Round.Leader.IsNone)
            return;
        var isJust =
            (!contract.IsHonest(Round.Leader) || world.Members[contract.IndexOf(Round.Leader)].IsDead) && !Round.Votes.ContainsKey(Id(i));
        Append(i, new Suspect(Round.Round, Round.Opening, Round.Term), isJust ? TransitionKind.Due : TransitionKind.Fault);
    }

    // A leader resigns once nothing else moves and a late member waits; members reopen once not even that can be.
    private void LastResorts()
    {
        var idle = Enumerable.Range(0, Honest).Where(i => world.Members[i] is { IsLive: true, Entry: null }).ToList();
        var isQuiet = transitions.TrueForAll(transition => transition.Kind != TransitionKind.Due);
        foreach (var i in idle.Where(i => Round.Leader == Id(i)))
            Append(i, new Resign(Round.Round, Round.Opening, Round.Term),
                isQuiet && Round.Ready.Count > Round.Frozen.Count ? TransitionKind.Due : TransitionKind.Fault);
        isQuiet &= transitions.TrueForAll(transition => transition.Kind != TransitionKind.Due);
        foreach (var i in idle)
            Append(i, new Reopen(Round.Round, Round.Opening), isQuiet ? TransitionKind.Due : TransitionKind.Fault);
    }

    // A node asks its own fold before it appends. Its earlier entry may still be under way where members are pipelined.
    private void Append(int i, TrainingEntry entry, TransitionKind kind, Func<FoldMember, FoldMember>? change = null)
    {
        if (TrainingFold.Check(Fold, Id(i), entry, contract.Keys) != Refusal.None)
            return;
        var underWay = new UnderWay(entry, contract.Entry(Fold, contract.Nodes[i], entry));
        Add($"{Name(i)} appends {RoundText.Of(entry, Fold)}", world.With(i, m => (change?.Invoke(m) ?? m) with { Entry = underWay }), kind);
    }

    private void Land(int i, SignedEntry signed, TrainingEntry entry, TransitionKind kind, FoldWorld without)
    {
        var result = contract.Apply(Fold, signed);
        var next = without with { Fold = result.State };
        if (contract.Request.Pipelined && result.Happenings.Any(happening => happening is Reopened))
            next = FoldPipeline.Free(next);
        var label = contract.IsHonest(Id(i)) && entry is not Rejoin
            ? $"{Name(i)}'s {RoundText.Of(entry, Fold)} lands"
            : $"{Name(i)} appends {RoundText.Of(entry, Fold)}";
        transitions.Add(new Transition<FoldWorld>(label + RoundText.Outcome(result), next, kind,
            result.Happenings.Any(happening => happening is Committed), FoldRules.Broken(contract, world, next, result)));
    }

    private void Add(string label, FoldWorld next, TransitionKind kind) =>
        transitions.Add(new Transition<FoldWorld>(label, next, kind, Commits: false, null));

    private bool IsCurrent(HeldMerge held) => (held.Round, held.Opening, held.Term) == (Round.Round, Round.Opening, Round.Term);

    private NodeId Id(int i) => contract.Nodes[i].Id;

    private string Name(int i) => contract.Nodes[i].Id.Name;
}
