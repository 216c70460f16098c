using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Training;

namespace Starling.Simulation.Exploration;

/// <summary>
/// The deadlines of <c>round-protocol</c>, section 4, as a node's clock has them. Only whether one has passed is part of a state's key;
/// when the others will is left to the explorer.
/// </summary>
internal static class KernelTimers
{
    /// <summary>Which have passed, a bit each; of those that can still bring something about before they begin anew.</summary>
    public static int Due(KernelNode node, RoundState round, NodeId self)
    {
        var (clocks, leads) = (node.Part.Clocks, round.Leader == self);
        var leader = Doubled(round.Settings.LeaderTimeout, round.Term - 1);
        var absent = Doubled(round.Settings.AbsentTimeout, round.Opening - 1);
        var mayLeaveOut =
            leads && round.Proposal is null && node.Part.Choice?.Term != round.Term && round.Frozen.Count > round.Settings.MinPeers;
        var mayResign = leads && round.Frozen.Count < round.View.Count;
        var maySuspect = !leads && !round.Leader.IsNone && round.Frozen.Contains(self) && !round.Suspects.Contains(self)
            && !round.Votes.ContainsKey(self);
        bool[] due =
        [
            mayLeaveOut && (node.Now >= clocks.ProgressAt + (leader / 2)
                || node.Now >= clocks.ClaimedAt + absent || (round.Term > 1 && node.Now >= clocks.GatheredAt + (leader / 2))),
            (mayResign || maySuspect) && node.Now >= (leads ? clocks.MovedAt(round) : clocks.ProgressAt) + leader,
            maySuspect && clocks.IsLeaderBroken,
            MayReopen(round, self) && node.Now >= Last(node),
            MayReopen(round, self) && node.Now < Last(node) && node.Now >= clocks.MovedAt(round) + absent
                && !IsAboutToMove(node.Part.Outbox.Entry),
        ];
        var bits = 0;
        foreach (var isDue in due)
            bits = (bits << 1) | (isDue ? 1 : 0);
        return bits;
    }

    /// <summary>Whether a node may still ask for a reopening of this opening, before another Ready puts that off.</summary>
    public static bool MayReopen(RoundState round, NodeId self) =>
        round.Ready.ContainsKey(self) && !round.Reopens.Contains(self) && round.Ready.Count >= round.Settings.MinPeers;

    /// <summary>
    /// When the node reopens the round whatever else was accepted: nothing but a Ready or a reopening puts that off. Null before entry 0.
    /// </summary>
    public static Instant? Last(KernelNode node) => node.Part.Fold.Round is { } round
        ? node.Part.Clocks.ReadySince + (Doubled(round.Settings.AbsentTimeout, round.Opening - 1) * 4)
        : null;

    // What moves the round puts the absent timeout off when it is accepted, and if it is not, then since something else has done so.
    private static bool IsAboutToMove(SignedEntry? underWay) => underWay is not null
        && TrainingEntryCodec.Decode(underWay.Body.Payload) is Ready or Claim or Merged or AuditedFull or AuditedSampled or Receipt;

    private static TimeSpan Doubled(TimeSpan span, long times) => span * (1 << (int)Math.Min(times, 3));
}
