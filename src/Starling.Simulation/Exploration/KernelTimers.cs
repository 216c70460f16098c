using Starling.Core.Kernel;
using Starling.Core.Training;

namespace Starling.Simulation.Exploration;

/// <summary>
/// The deadlines of <c>round-protocol</c>, section 4, as a node's clock has them. Only whether one has passed is part of a state's key; when the
/// others will is left to the explorer.
/// </summary>
internal static class KernelTimers
{
    /// <summary>Which have passed, a bit each.</summary>
    public static byte Due(KernelNode node, RoundState round)
    {
        var clocks = node.Part.Clocks;
        var leader = Doubled(round.Settings.LeaderTimeout, round.Term - 1);
        var absent = Doubled(round.Settings.AbsentTimeout, round.Opening - 1);
        bool[] due =
        [
            node.Now >= clocks.ProgressAt + (leader / 2), node.Now >= clocks.ProgressAt + leader, node.Now >= clocks.AcceptedAt + absent,
            node.Now >= clocks.ReadySince + (absent * 4), clocks.IsLeaderBroken,
        ];
        var bits = 0;
        foreach (var isDue in due)
            bits = (bits << 1) | (isDue ? 1 : 0);
        return (byte)bits;
    }

    /// <summary>When the node reopens the round whatever else was accepted: nothing but a Ready or a reopening puts that off. Null before entry 0.</summary>
    public static Instant? Last(KernelNode node) => node.Part.Fold.Round is { } round
        ? node.Part.Clocks.ReadySince + (Doubled(round.Settings.AbsentTimeout, round.Opening - 1) * 4)
        : null;

    private static TimeSpan Doubled(TimeSpan span, long times) => span * (1 << (int)Math.Min(times, 3));
}
