using Starling.Core.Training;

namespace Starling.Daemon.Http.Contracts;

/// <summary>What the ledger tells of a member's part in a training contract.</summary>
/// <param name="Round">The last round for which it announced an update; 0 before the first.</param>
/// <param name="Metrics">What its program measured last: where that takes long, it does not at every round.</param>
/// <param name="IsDone">Whether its program had trained all that it meant to.</param>
/// <param name="Contributions">How many committed merges its updates are in.</param>
/// <param name="LastHeight">The height of its last accepted entry; null if there is none.</param>
internal sealed record MemberTally(long Round, UpdateMetrics Metrics, bool IsDone, long Contributions, long? LastHeight)
{
    /// <summary>Nothing yet.</summary>
    public static readonly MemberTally None = new(0, UpdateMetrics.None, false, 0, null);

    /// <summary>It has announced an update.</summary>
    public MemberTally After(Ready ready) => this with
    {
        Round = ready.Round,
        Metrics = new UpdateMetrics(Latest(Metrics.Loss, ready.Metrics.Loss), Latest(Metrics.Accuracy, ready.Metrics.Accuracy)),
        IsDone = ready.IsFinal,
    };

    private static double Latest(double before, double now) => double.IsFinite(now) ? now : before;
}
