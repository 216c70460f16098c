using System.Buffers.Binary;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Training;

namespace Starling.Simulation.Exploration;

/// <summary>
/// What matters of a state: who stands where in the open round, and what is under way. Left out is what no rule can tell apart: heights,
/// chain hashes, ids, sequences, incarnations, and the numbers of round, opening and term, which entries are only compared with. An entry
/// whose numbers the fold refuses for good is stale, whatever else it says. Honest members are interchangeable, so their words are sorted.
/// </summary>
internal static class FoldKey
{
    /// <summary>The key of a state.</summary>
    public static Digest Of(FoldWorld world, ExploredContract contract)
    {
        var honest = contract.Nodes.Length - contract.Liars;
        var merged = world.Members.Select(member => member.Entry?.Entry).OfType<Merged>()
            .FirstOrDefault(entry => !IsStale(world.Fold, world.Fold.Round!.Leader, entry, contract));
        Span<ulong> words = stackalloc ulong[ExplorationRequest.MostNodes];
        for (var i = 0; i < contract.Nodes.Length; i++)
            words[i] = Word(world, contract, i, merged);
        words[..honest].Sort();
        Span<byte> bytes = stackalloc byte[(8 * ExplorationRequest.MostNodes) + 4];
        for (var i = 0; i < contract.Nodes.Length; i++)
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[(8 * i)..], words[i]);
        var round = world.Fold.Round!;
        bytes[^4] = (byte)world.FaultsLeft;
        bytes[^3] = (byte)(world.Fold.Ended ? 1 : 0);
        bytes[^2] = (byte)(round.Proposal is { } proposal ? ClaimClass(proposal, null) : 0);
        return Digest.Of(bytes);
    }

    /// <summary>Whether the fold will refuse the entry whatever else happens: numbers only grow.</summary>
    public static bool IsStale(TrainingState fold, NodeId author, TrainingEntry entry, ExploredContract contract) =>
        TrainingFold.Check(fold, author, entry, contract.Keys) is Refusal.RoundClosed or Refusal.WrongOpening or Refusal.StaleTerm;

    private static ulong Word(FoldWorld world, ExploredContract contract, int index, Merged? merged)
    {
        var (round, member, node) = (world.Fold.Round!, world.Members[index], contract.Nodes[index].Id);
        var word = 0UL;
        Bit(round.Ready.ContainsKey(node));
        Bit(round.Frozen.Contains(node));
        Bit(round.Leader == node);
        Bit(round.Barred == node);
        Bit(round.Suspects.Contains(node));
        Bit(round.Reopens.Contains(node));
        Bit(round.DisputedPair.Contains(node));
        Bit(round.IsDisputed);
        Bit(round.Dissent.Contains(node));
        Bit(member.IsDead);
        Bit(member.HasLostDisk);
        Bit(member.HasUpdate);
        Bit(round.Proposal?.Contributors.Contains(node) == true);
        Bit(merged?.Contributors.Contains(node) == true);
        Number(round.Votes.TryGetValue(node, out var vote) ? vote.Full is { } full ? ClaimClass(full, round.Proposal) + 1 : 1 : 0, 3);
        Number(member.Held is { } held && (held.Round, held.Opening, held.Term) == (round.Round, round.Opening, round.Term)
            ? ClaimClass(held.Claim, round.Proposal) : 0, 3);
        Number(EntryClass(world.Fold, node, member.Entry, contract), 6);
        Number(EntryClass(world.Fold, node, member.Earlier, contract), 6);
        return word;

        void Bit(bool isSet) => Number(isSet ? 1 : 0, 1);

        void Number(int value, int bits) => word = (word << bits) | (uint)value;
    }

    // 0 none, 1 right, 2 wrong, 3 right but not what was proposed.
    private static int ClaimClass(MergeClaim claim, MergeClaim? proposal) =>
        claim.Merge != ExploredContract.Merge(claim.Contributors) ? 2 : proposal is null || claim.Equals(proposal) ? 1 : 3;

    private static int EntryClass(TrainingState fold, NodeId author, UnderWay? underWay, ExploredContract contract)
    {
        if (underWay is null)
            return 0;
        if (IsStale(fold, author, underWay.Entry, contract))
            return 1;
        var kind = underWay.Entry switch
        {
            Ready => 2,
            Claim => 3,
            Merged => 4,
            AuditedFull => 5,
            AuditedSampled => 6,
            Receipt => 7,
            Suspect => 8,
            Resign => 9,
            Reopen => 10,
            _ => throw new InvalidOperationException($"{underWay.Entry.GetType().Name} is not appended here."),
        };
        // An entry of another opening or term than the open one, if the fold would still take it.
        var round = fold.Round!;
        var isNear = underWay.Entry is RoundEntry entry && entry.Opening == round.Opening
            && (entry is not TermEntry inTerm || inTerm.Term == round.Term);
        return (kind * 2) + (isNear ? 0 : 1);
    }
}
