using System.Collections.Immutable;
using Starling.Core.Canonical;
using Starling.Core.Identity;
using Starling.Core.Training;
using Starling.Core.Training.Participation;

namespace Starling.Simulation.Exploration;

/// <summary>
/// What matters of a state of kernels. As for the fold; besides, of each node: the blobs that it holds, has synced or wants, what it inspected, merges
/// and has chosen, and which of its timers are due, though not since when. Operation ids and requests to peers are left out: a request that
/// nobody answers is as good as one that was asked again. The least of all orders of the honest nodes' names stands for all of them.
/// </summary>
internal sealed class KernelKey
{
    private readonly ExploredContract contract;
    private readonly ImmutableArray<int[]> orders;
    private readonly Dictionary<BlobId, (bool IsMerge, int Members)> blobs = [];

    public KernelKey(ExploredContract contract)
    {
        this.contract = contract;
        var count = contract.Nodes.Length;
        orders = [.. Orders(count - contract.Liars).Select(order => contract.Liars == 0 ? order : [.. order, count - 1])];
        for (var i = 0; i < count; i++)
            blobs[ExploredContract.Update(contract.Nodes[i].Id)] = (false, 1 << i);
        for (var members = 1; members < 1 << count; members++)
            blobs[ExploredContract.Merge(contract.Nodes.Where((_, i) => (members & (1 << i)) != 0).Select(n => n.Id))] = (true, members);
    }

    /// <summary>The key of a state.</summary>
    public Digest Of(KernelWorld world)
    {
        byte[]? least = null;
        foreach (var order in orders)
        {
            var bytes = Encode(world, order);
            if (least is null || bytes.AsSpan().SequenceCompareTo(least) < 0)
                least = bytes;
        }

        return Digest.Of(least);
    }

    /// <summary>What matters of one node, for comparing it with itself.</summary>
    public byte[] Of(KernelWorld world, int index)
    {
        var writer = new CanonicalWriter();
        WriteNode(writer, world, index, orders[0]);
        return writer.ToArray();
    }

    private static IEnumerable<int[]> Orders(int count) => count == 0
        ? [[]]
        : Orders(count - 1).SelectMany(order => Enumerable.Range(0, count).Select(at => (int[])[.. order[..at], count - 1, .. order[at..]]));

    private byte[] Encode(KernelWorld world, int[] order)
    {
        var round = world.Fold.Round!;
        var writer = new CanonicalWriter().Byte((byte)world.FaultsLeft).Int64(round.Round).Boolean(world.Fold.Ended).Boolean(round.IsDisputed)
            .Int32(Members(round.Ready.Keys, order)).Int32(Members(round.Frozen, order)).Int32(Members([round.Leader], order))
            .Int32(Members([round.Barred], order)).Int32(Members(round.Suspects, order)).Int32(Members(round.Reopens, order))
            .Int32(Members(round.DisputedPair, order)).Int32(Members(round.Dissent, order));
        WriteClaim(writer, round.Proposal, order);
        writer.Int32(Members(round.LeftOut.Where(left => left.Reason == LeftOutReason.Unavailable).Select(left => left.Member), order));
        foreach (var index in order)
        {
            var hasVoted = round.Votes.TryGetValue(contract.Nodes[index].Id, out var vote);
            WriteClaim(writer.Boolean(hasVoted), vote?.Full, order);
            if (index < world.Nodes.Length)
                WriteNode(writer, world, index, order);
        }

        return writer.ToArray();
    }

    private void WriteNode(CanonicalWriter writer, KernelWorld world, int index, int[] order)
    {
        var node = world.Nodes[index];
        writer.Boolean(node.IsDead).Boolean(node.HasLostDisk);
        foreach (var underWay in node.UnderWay)
            WriteEntry(writer, world.Fold, contract.Nodes[index].Id, underWay.Entry.Body.Incarnation, TrainingEntryCodec.Decode(underWay.Entry.Body.Payload), order);
        WriteBlobs(writer, node.State.Durable, order);
        if (node.IsDead)
            return;
        WriteBlobs(writer, node.State.Held, order);
        WriteBlobs(writer, node.State.Transfers.Blobs.Keys, order);
        var part = node.Part;
        writer.Byte((byte)part.Outbox.Stage).Boolean(part.Update is { IsRecorded: true }).Boolean(part.Assigned is not null).Boolean(part.Reading.HasCaughtUp)
            .Boolean(IsBehind(part, world.Fold, index)).Boolean(part.Fold.Authors[contract.Nodes[index].Id].Incarnation > 1);
        WriteBlobs(writer, node.State.Parts.Keys, order);
        writer.Byte((byte)(part.Sample is { } sample && sample.Term == part.Fold.Round!.Term ? sample.Agrees switch { null => 1, true => 2, false => 3 } : 0));
        WriteBlobs(writer, part.Inspections.Where(inspection => inspection.Value.IsDone).Select(inspection => inspection.Key), order);
        writer.Int32(part.Merging is { } merging ? Members(merging.Inputs.Select(input => input.Author), order) + (merging.Result.IsNone ? 0 : 1 << 16) : -1);
        var round = part.Fold.Round!;
        writer.Int32(part.Choice is { } choice && choice.Term == round.Term ? Members(choice.Contributors, order) : -1).Byte(KernelTimers.Due(node, round));
    }

    // Whether the ledger shows entries of the node that its journal does not know.
    private bool IsBehind(Participant part, TrainingState fold, int index)
    {
        var known = fold.Authors[contract.Nodes[index].Id];
        return known.Incarnation > part.Outbox.Incarnation || (known.Incarnation == part.Outbox.Incarnation && known.Sequence > part.Outbox.Sequence);
    }

    private void WriteEntry(CanonicalWriter writer, TrainingState fold, NodeId author, long incarnation, TrainingEntry entry, int[] order)
    {
        if (incarnation < fold.Authors[author].Incarnation || FoldKey.IsStale(fold, author, entry, contract))
        {
            writer.Text("stale");
            return;
        }

        writer.Text(entry.GetType().Name);
        if (entry is RoundEntry inRound)
            writer.Int64(inRound.Opening - fold.Round!.Opening);
        if (entry is TermEntry inTerm)
            writer.Int64(inTerm.Term - fold.Round!.Term);
        WriteClaim(writer, entry switch
        {
            Merged e => new MergeClaim(e.Merge, e.Contributors),
            AuditedFull e => new MergeClaim(e.Merge, e.Contributors),
            _ => null,
        }, order);
    }

    private void WriteClaim(CanonicalWriter writer, MergeClaim? claim, int[] order) => writer
        .Int32(claim is null ? -1 : Code(claim.Merge, order)).Int32(claim is null ? 0 : Members(claim.Contributors, order));

    private void WriteBlobs(CanonicalWriter writer, IEnumerable<BlobId> ids, int[] order)
    {
        var codes = ids.Select(id => Code(id, order)).Order().ToList();
        writer.Int32(codes.Count);
        foreach (var code in codes)
            writer.Int32(code);
    }

    private int Code(BlobId blob, int[] order) => blobs.TryGetValue(blob, out var known) ? (known.IsMerge ? 1 << 16 : 0) + Permute(known.Members, order) : 1 << 20;

    private int Members(IEnumerable<NodeId> nodes, int[] order)
    {
        var members = 0;
        for (var i = 0; i < contract.Nodes.Length; i++)
            if (nodes.Contains(contract.Nodes[i].Id))
                members |= 1 << i;
        return Permute(members, order);
    }

    private static int Permute(int members, int[] order)
    {
        var permuted = 0;
        for (var i = 0; i < order.Length; i++)
            if ((members & (1 << order[i])) != 0)
                permuted |= 1 << i;
        return permuted;
    }
}
