using Starling.Api;
using Starling.Api.Contracts;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Tasks;
using Starling.Core.Training;
using Starling.Daemon.Events;
using Starling.Daemon.Http.Contracts;
using Starling.Node.Events;
using static Starling.Api.Measurement;

namespace Starling.Daemon.Http;

/// <summary>Describes a contract as it was folded.</summary>
internal static class ContractView
{
    /// <summary>A training contract, as a node sees it.</summary>
    public static ContractDescription Describe(TrainingState fold, NodeState node) => new(
        fold.Contract.Value,
        fold.Founding.ToString(),
        node.Find(fold.Contract) is not null,
        Stage(fold),
        fold.Epoch,
        fold.Height,
        fold.ChainHash.ToString(),
        fold.Settings is { } settings ? Describe(settings) : null,
        Admins(fold),
        EventProjection.Names(fold.Round?.View ?? []),
        fold.Round?.Round ?? 0,
        fold.Round?.Opening ?? 0,
        fold.Round?.Term ?? 0,
        fold.Round is { Leader.IsNone: false } led ? led.Leader.Value : null,
        EventProjection.Names(fold.Round?.Ready.Keys ?? []),
        EventProjection.Names(fold.Ended || fold.Round is null ? [] : TrainingPhase.Unconnected(node, fold)),
        [.. fold.Commits.Select(Describe)])
    {
        MinPeers = fold.Round?.Settings.MinPeers ?? 0,
        Next = EventProjection.Names(
            fold.Authors.Where(author => author.Value.Standing is Standing.Member or Standing.Joining).Select(author => author.Key)),
        Expelled = EventProjection.Names(fold.Authors.Keys.Where(author => ExpulsionNotice.HasExpelled(fold, author))),
    };

    public static ContractSummary Summarise(ContractState fold, bool isFollowed) =>
        new(fold.Contract.Value, Kind(fold), fold.Founding.ToString(), fold.IsFounded, isFollowed, Stage(fold), fold.Height);

    /// <summary>Where this node stands in a contract that it follows.</summary>
    public static FollowedContract Follow(ContractPart part, NodeId self) =>
        new(part.Folded.Contract.Value, Kind(part.Folded), part.Folded.Height, part.Folded.ChainHash.ToString(),
            part.Folded.Authors.GetValueOrDefault(self)?.Incarnation ?? 0)
        {
            StoredHead = part.Reading.StoredHead.ToString(),
            SetAside = part.SetAside?.Detail,
        };

    /// <summary>Where a caller's next entry stands.</summary>
    public static ContractPosition Position(ContractState fold, NodeId caller)
    {
        var author = fold.Authors.GetValueOrDefault(caller);
        return new ContractPosition(fold.Contract.Value, Kind(fold), caller.Value, fold.Epoch, author?.Incarnation ?? 1,
            (author?.Sequence ?? 0) + 1,
            fold.Height, fold.ChainHash.ToString(), fold.RulesVersion);
    }

    /// <summary>How a member does. Of one that is done, or that has fallen behind, nobody can say how long it still trains.</summary>
    public static MemberPerformance Measure(TrainingState fold, NodeId member, MemberTally tally,
        (DateTimeOffset? Seen, TimeSpan? Remaining) watched) => new(
        member.Value, tally.Round, Finite(tally.Metrics.Loss), Finite(tally.Metrics.Accuracy), tally.Contributions,
        fold.Round?.Leader == member, tally.IsDone,
        tally.LastHeight, watched.Seen,
        fold.Ended || tally.IsDone || fold.Round?.Round - tally.Round is not (0 or 1) ? null : watched.Remaining?.TotalSeconds);

    /// <summary>Where a contract stands.</summary>
    public static ContractStage Stage(ContractState fold) => fold switch
    {
        { IsFounded: false } => ContractStage.Unfounded,
        { Deleted: true } => ContractStage.Deleted,
        TrainingState { Ended: true } => ContractStage.Ended,
        RunnerState { Run.IsActive: true } => ContractStage.Running,
        RunnerState => ContractStage.Idle,
        _ => ContractStage.Training,
    };

    /// <summary>Who may decide about a contract.</summary>
    public static IReadOnlyList<string> Admins(ContractState fold) =>
        [.. fold.Authors.Where(author => author.Value.IsAdmin).Select(author => author.Key.Value)];

    private static ContractKind Kind(ContractState fold) => fold switch
    {
        RunnerState => ContractKind.Runner,
        { IsFounded: true } => ContractKind.Training,
        _ => ContractKind.Unknown,
    };

    private static ContractSettings Describe(TrainingSettings s) => new(
        s.Protocol, s.Rounds, s.SyncInterval, s.MinPeers, EventProjection.Word(s.Audit), s.MergeRule, s.SchemaHash.ToString(),
        s.MaxModelBytes,
        s.LeaderTimeout.TotalSeconds, s.AbsentTimeout.TotalSeconds, s.Grace.TotalSeconds, s.ClaimDelay.TotalSeconds)
    {
        AuditChunks = s.AuditChunks,
        MergeParameters = Named(s.MergeParameters),
        ProtocolParameters = Named(s.ProtocolParameters),
        Adaptive = s.Adaptive is { } adaptive ? new AdaptiveBounds(adaptive.Least, adaptive.Most, adaptive.Window) : null,
    };

    private static CommitDescription Describe(Commit commit) => new(
        commit.Round, commit.Merge.Merge.ToString(), EventProjection.Names(commit.Merge.Contributors), EventProjection.Names(commit.Named));

    // Older versions of the rules take parameters that stand twice or are no number, which JSON cannot say.
    private static SortedDictionary<string, double> Named(IEnumerable<KeyValuePair<string, double>> parameters)
    {
        var named = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var (name, value) in parameters.Where(given => double.IsFinite(given.Value)))
            named[name] = value;
        return named;
    }
}
