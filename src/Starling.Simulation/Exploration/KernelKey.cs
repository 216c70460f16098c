using System.Collections.Immutable;
using Starling.Core.Canonical;
using Starling.Core.Identity;
using Starling.Core.Ledger;
using Starling.Core.Training;
using Starling.Core.Training.Participation;

namespace Starling.Simulation.Exploration;

/// <summary>
/// What matters of a state of kernels. As for the fold; besides, of each node: the blobs that it holds, has synced or wants, what it merges
/// and has chosen, and which of its timers are due, though not since when. Operation ids and requests to peers are left out: a request that
/// nobody answers is as good as one that was asked again. The least of all orders of the honest nodes' names stands for all of them. What
/// else is left out, and why nothing depends on it, is in <c>docs/simulation.md</c>.
/// </summary>
internal sealed class KernelKey
{
    private static readonly Digest Committed = Digest.Of("committed"u8);

    private readonly ExploredContract contract;
    private readonly ImmutableArray<(int[] Order, int[] Permutation)> orders;

    public KernelKey(ExploredContract contract)
    {
        this.contract = contract;
        var count = contract.Nodes.Length;
        orders = [.. Orders(count - contract.Liars).Select(order => contract.Liars == 0 ? order : [.. order, count - 1])
            .Select(order => (order, KernelWords.Permutation(order)))];
    }

    /// <summary>The key of a state.</summary>
    public Digest Of(KernelWorld world)
    {
        if (KernelSystem.HasCommitted(world))
            return Committed; // The exploration goes no further.
        var round = RoundWords(world);
        var nodes = new KernelWords[contract.Nodes.Length];
        for (var i = 0; i < nodes.Length; i++)
            nodes[i] = MemberWords(world, i);
        byte[]? least = null;
        foreach (var (order, permutation) in orders)
        {
            var writer = new CanonicalWriter();
            round.WriteTo(writer, permutation);
            foreach (var index in order)
                nodes[index].WriteTo(writer, permutation);
            var bytes = writer.ToArray();
            if (least is null || bytes.AsSpan().SequenceCompareTo(least) < 0)
                least = bytes;
        }

        return Digest.Of(least);
    }

    /// <summary>What matters of one node, for comparing it with itself.</summary>
    public byte[] Of(KernelWorld world, int index)
    {
        var writer = new CanonicalWriter();
        MemberWords(world, index).WriteTo(writer, orders[0].Permutation);
        return writer.ToArray();
    }

    private static IEnumerable<int[]> Orders(int count) => count == 0
        ? [[]]
        : Orders(count - 1).SelectMany(
            order => Enumerable.Range(0, count).Select(at => (int[])[.. order[..at], count - 1, .. order[at..]]));

    // Who is barred is asked before a Claim alone. One Ready with a foreign state hash, all that a single liar has, is fewer than a
    // round needs and no majority.
    private KernelWords RoundWords(KernelWorld world)
    {
        var round = world.Fold.Round!;
        var words = new KernelWords().Number(world.FaultsLeft).Number(round.Round).Bit(world.Fold.Ended).Bit(round.IsDisputed)
            .Members(Members(round.Ready.Keys)).Members(Members(round.Frozen)).Members(Members([round.Leader]))
            .Members(round.Leader.IsNone ? Members([round.Barred]) : 0).Members(Members(round.Suspects)).Members(Members(round.Reopens))
            .Members(Members(round.DisputedPair)).Members(round.Dissent.Any(contract.IsHonest) ? Members(round.Dissent) : 0);
        WriteClaim(words, round.Proposal);
        return words.Members(Members(round.LeftOut.Where(left => left.Reason == LeftOutReason.Unavailable).Select(left => left.Member)));
    }

    private KernelWords MemberWords(KernelWorld world, int index)
    {
        var words = new KernelWords();
        var hasVoted = world.Fold.Round!.Votes.TryGetValue(contract.Nodes[index].Id, out var vote);
        WriteClaim(words.Bit(hasVoted), vote?.Full);
        if (index < world.Nodes.Length)
            WriteNode(words, world, index);
        return words;
    }

    private void WriteNode(KernelWords words, KernelWorld world, int index)
    {
        var (node, self) = (world.Nodes[index], contract.Nodes[index].Id);
        words.Bit(node.IsDead).Bit(node.HasLostDisk).Number(node.UnderWay.Length);
        foreach (var underWay in node.UnderWay)
            WriteEntry(words, world.Fold, underWay.Entry);
        var holdings = new KernelHoldings(contract, world, index);
        WriteBlobs(words, node.State.Durable.Where(holdings.Matters));
        if (node.IsDead)
            return;
        WriteBlobs(words, node.State.Held.Where(holdings.Matters));
        WriteBlobs(words, node.State.Transfers.Blobs.Keys);
        var part = node.Part;
        words.Number((long)part.Outbox.Stage).Bit(part.Update is { IsRecorded: true }).Bit(part.Assigned is not null)
            .Bit(part.Reading.HasCaughtUp)
            .Bit(IsBehind(part, world.Fold, index)).Bit(part.Fold.Authors[self].Incarnation > 1);
        WriteBlobs(words, node.State.Parts.Keys.Where(holdings.Matters));
        var round = part.Fold.Round!;
        words.Number(part.Sample is { } sample && sample.Term == round.Term && !round.IsDisputed && !round.Votes.ContainsKey(self)
            ? sample.Agrees switch { null => 1, true => 2, false => 3 } : 0);
        // What a node holds it inspects at once whenever it needs to.
        WriteBlobs(words,
            part.Inspections.Where(inspection => inspection.Value.IsDone && !node.State.Held.Contains(inspection.Key))
                .Select(inspection => inspection.Key));
        words.Bit(part.Merging is { Result.IsNone: true })
            .Members(part.Merging is { } merging && (merging.Result.IsNone || holdings.MattersLater(merging.Result))
                ? Members(merging.Inputs.Select(input => input.Author)) : 0);
        words.Members(part.Choice is { } choice && choice.Term == round.Term && round.Leader == self && round.Proposal is null
            ? Members(choice.Contributors) : 0);
        words.Number(KernelTimers.Due(node, round, self));
    }

    // Whether the ledger shows entries of the node that its journal does not know.
    private bool IsBehind(Participant part, TrainingState fold, int index)
    {
        var known = fold.Authors[contract.Nodes[index].Id];
        return known.Incarnation > part.Outbox.Incarnation
            || (known.Incarnation == part.Outbox.Incarnation && known.Sequence > part.Outbox.Sequence);
    }

    private void WriteEntry(KernelWords words, TrainingState fold, SignedEntry signed)
    {
        var entry = TrainingEntryCodec.Decode(signed.Body.Payload);
        var claim = entry switch
        {
            Merged e => new MergeClaim(e.Merge, e.Contributors),
            AuditedFull e => new MergeClaim(e.Merge, e.Contributors),
            _ => null,
        };
        if (DeadEntries.IsDead(fold, signed, contract))
        {
            words.Number(-1);
            return;
        }

        words.Number(signed.Body.Payload.Span[0]);
        if (entry is RoundEntry inRound)
            words.Number(inRound.Opening - fold.Round!.Opening);
        if (entry is TermEntry inTerm)
            words.Number(inTerm.Term - fold.Round!.Term);
        WriteClaim(words, claim);
    }

    // A wrong merge has no contributors of its own.
    private void WriteClaim(KernelWords words, MergeClaim? claim)
    {
        words.Number(claim is null ? 0 : contract.Blobs.ContainsKey(claim.Merge) ? 1 : 2);
        words.Members(claim is not null && contract.Blobs.TryGetValue(claim.Merge, out var merge) ? merge.Members : 0);
        words.Members(claim is null ? 0 : Members(claim.Contributors));
    }

    private void WriteBlobs(KernelWords words, IEnumerable<BlobId> ids)
    {
        var (updates, merges, others) = (0, 0UL, 0);
        foreach (var id in ids)
            if (!contract.Blobs.TryGetValue(id, out var known))
                others++;
            else if (known.IsMerge)
                merges |= 1UL << known.Members;
            else
                updates |= known.Members;
        words.Members(updates).Sets(merges).Number(others);
    }

    private int Members(IEnumerable<NodeId> nodes)
    {
        var members = 0;
        foreach (var node in nodes)
            if (!node.IsNone)
                members |= 1 << contract.IndexOf(node);
        return members;
    }
}
