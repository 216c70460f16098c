using Starling.Core.Training;

namespace Starling.Daemon.Http.Contracts;

/// <summary>What the ledger tells of a member's part in a training contract.</summary>
/// <param name="Round">The last round for which it announced an update; 0 before the first.</param>
/// <param name="Metrics">What its program measured then.</param>
/// <param name="IsDone">Whether its program had trained all that it meant to.</param>
/// <param name="Contributions">How many committed merges its updates are in.</param>
/// <param name="LastHeight">The height of its last accepted entry; null if there is none.</param>
internal sealed record MemberTally(long Round, UpdateMetrics Metrics, bool IsDone, long Contributions, long? LastHeight)
{
    /// <summary>Nothing yet.</summary>
    public static readonly MemberTally None = new(0, UpdateMetrics.None, false, 0, null);
}
