using System.Collections.Immutable;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Training;

namespace Starling.Simulation.Exploration;

/// <summary>
/// What a Byzantine member may append: each entry of the protocol, with a right and a wrong merge where there is one. Numbers other than
/// the open ones, foreign keys and used sequences are refused whatever the state, as the fold's own tests show. It needs no state of its
/// own: whatever it appends may land at any moment, and to sign two different entries is to choose which one lands.
/// </summary>
internal static class ByzantineEntries
{
    /// <summary>Those that change something where the fold stands now.</summary>
    public static IEnumerable<TrainingEntry> Of(TrainingState fold, ExploredContract contract) => All(fold, contract)
        .Where(entry => TrainingFold.Check(fold, contract.Byzantine, entry, contract.Keys) is Refusal.None or Refusal.StateMismatch);

    private static IEnumerable<TrainingEntry> All(TrainingState fold, ExploredContract contract)
    {
        var self = contract.Byzantine;
        var round = fold.Round!;
        var (number, opening, term) = (round.Round, round.Opening, round.Term);
        var ready = FoldTurn.Ready(fold, self);
        yield return ready;
        if (!round.Dissent.Contains(self))
            yield return ready with { StateHash = ExploredContract.Wrong.Digest };
        yield return new Claim(number, opening, term);
        foreach (var contributors in Contributors(round, self))
        {
            ImmutableArray<LeftOut> leftOut =
                [.. round.Frozen.Except(contributors).Select(node => new LeftOut(node, LeftOutReason.Unavailable))];
            yield return new Merged(number, opening, term, ExploredContract.Merge(contributors), contributors, leftOut);
            yield return new Merged(number, opening, term, ExploredContract.Wrong, contributors, leftOut);
        }

        if (round.Proposal is { } proposal)
        {
            yield return new AuditedFull(number, opening, term, ExploredContract.Merge(proposal.Contributors), proposal.Contributors);
            yield return new AuditedFull(number, opening, term, ExploredContract.Wrong, proposal.Contributors);
            yield return new AuditedSampled(number, opening, term);
            yield return new Receipt(number, opening, term, proposal.Merge);
        }

        yield return new Suspect(number, opening, term);
        yield return new Resign(number, opening, term);
        yield return new Reopen(number, opening);
        if (round.Votes.ContainsKey(self))
            yield return new Rejoin(); // Otherwise it changes nothing: what a Rejoin withdraws is a vote.
    }

    // Everybody, or itself alone: too few, which the fold must refuse.
    private static IEnumerable<ImmutableArray<NodeId>> Contributors(RoundState round, NodeId self) =>
        round.Leader == self ? [[.. round.Frozen], [self]] : [];
}
