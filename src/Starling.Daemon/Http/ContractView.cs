using Starling.Api;
using Starling.Core.Training;
using Starling.Daemon.Events;

namespace Starling.Daemon.Http;

/// <summary>Describes a contract as the node folded it.</summary>
internal static class ContractView
{
    public static ContractDescription Describe(TrainingState fold) => new(
        fold.Contract.Value,
        fold.Founding.ToString(),
        fold.Epoch,
        fold.Height,
        fold.ChainHash.ToString(),
        fold.Settings is { } settings ? Describe(settings) : null,
        EventProjection.Names(fold.Round?.View ?? []),
        [.. fold.Commits.Select(Describe)]);

    private static ContractSettings Describe(TrainingSettings s) => new(
        s.Protocol, s.Rounds, s.SyncInterval, s.MinPeers, EventProjection.Word(s.Audit), s.MergeRule, s.SchemaHash.ToString(), s.MaxModelBytes,
        s.LeaderTimeout.TotalSeconds, s.AbsentTimeout.TotalSeconds, s.Grace.TotalSeconds, s.ClaimDelay.TotalSeconds);

    private static CommitDescription Describe(Commit commit) => new(
        commit.Round, commit.Merge.Merge.ToString(), EventProjection.Names(commit.Merge.Contributors), EventProjection.Names(commit.Named));
}
