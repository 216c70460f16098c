using System.Text.Json;
using Starling.Api;
using Starling.Api.Events;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Training;
using Starling.Learning.Programs;
using Starling.Node.Events;
using static Starling.Api.Measurement;

namespace Starling.Daemon.Events;

/// <summary>Turns a node's events into what the API says of them.</summary>
internal static class EventProjection
{
    /// <summary>An event as the API tells it.</summary>
    public static ApiEvent Project(StreamedEvent streamed)
    {
        var (cursor, at, happened) = streamed;
        return happened switch
        {
            EdgeEvent edge => Project(cursor, at, edge),
            RoundOpened e => new RoundOpenedEvent(cursor, at, Name(e), e.Round, e.Opening, Name(e.Base), Names(e.View)),
            Awaiting e => new AwaitingEvent(cursor, at, Name(e), e.Round, Names(e.Ready), Names(e.Awaited), e.MinPeers),
            MemberReady e => new MemberReadyEvent(
                cursor, at, Name(e), e.Round, e.Member.Value, e.Update.ToString(), e.Weight, Finite(e.Metrics.Loss),
                Finite(e.Metrics.Accuracy)),
            LeaderClaimed e => new LeaderClaimedEvent(cursor, at, Name(e), e.Round, e.Term, e.Leader.Value, Names(e.Frozen)),
            MergeProposed e => new MergeProposedEvent(
                cursor, at, Name(e), e.Round, e.Term, e.Merge.ToString(), Names(e.Contributors), [.. e.LeftOut.Select(Project)]),
            MemberVoted e => new MemberVotedEvent(cursor, at, Name(e), e.Round, e.Term, e.Member.Value, e.ForProposal, Word(e.Audit)),
            LeaderSuspected e => new LeaderSuspectedEvent(cursor, at, Name(e), e.Round, e.Term, e.Leader.Value, e.By.Value),
            TermEnded e => new TermEndedEvent(cursor, at, Name(e), e.Round, e.Term, e.Leader.Value, Word(e.Reason)),
            RoundCommitted e => new RoundCommittedEvent(
                cursor, at, Name(e), e.Round, e.Term, e.Leader.Value, e.Merge.ToString(), Names(e.Contributors), Names(e.Named)),
            RoundPassed e => new RoundPassedEvent(cursor, at, Name(e), e.Round, e.Model.ToString(), Names(e.With)),
            LateDispute e => new LateDisputeEvent(cursor, at, Name(e), e.Round, e.Member.Value, e.Merge.ToString()),
            Unresolved e => new UnresolvedEvent(cursor, at, Name(e), e.Round, Names(e.Pair)),
            RoundRestarted e => new RoundRestartedEvent(cursor, at, Name(e), e.Round, e.Epoch, e.By.Value, e.TakenBack, Names(e.Pair)),
            EntryRefused e => new EntryRefusedEvent(cursor, at, Name(e), e.Height, e.Author.Value, e.Kind, e.Refusal.ToString()),
            MergeHeld e => new MergeHeldEvent(cursor, at, Name(e), e.Round, e.Merge.ToString()),
            BlobFetched e => new BlobFetchedEvent(cursor, at, Name(e), e.Blob.ToString(), e.Bytes),
            Rejoining e => new RejoiningEvent(cursor, at, Name(e), e.Member.Value, e.Incarnation),
            TrainingEnded e => new TrainingEndedEvent(cursor, at, Name(e), e.Rounds, e.Model.ToString()),
            TaskAssigned e => new TaskAssignedEvent(cursor, at, Name(e), e.Run, e.Task.Value, e.By.Value, e.Wanted),
            WorkReported e => new WorkReportedEvent(
                cursor, at, Name(e), e.Run, e.Task.Value, e.Operator.Value, Word(e.Report.State), e.Report.Description, e.Report.ExitCode),
            TaskEnded e => new TaskEndedEvent(cursor, at, Name(e), e.Run, e.Task.Value, Word(e.State), e.Reason),
            Trouble e => new TroubleEvent(cursor, at, Name(e), e.What),
            ContractSetAside e => new SetAsideEvent(cursor, at, Name(e), e.Reason.ToString(), e.Detail),
            Halted e => new HaltedEvent(cursor, at, Name(e), e.Reason.ToString(), e.Detail),
            _ => throw new InvalidOperationException($"{happened.GetType().Name} has no form in the API."),
        };
    }

    /// <summary>A measurement as the API tells it.</summary>
    public static Measurement Project(long round, Evaluation e) =>
        new(round, Finite(e.Loss), Finite(e.Accuracy), Finite(e.Auc), Finite(e.F1), e.Examples);

    /// <summary>Identities as the API tells them.</summary>
    public static IReadOnlyList<string> Names(IEnumerable<NodeId> nodes) => [.. nodes.Select(node => node.Value)];

    /// <summary>A blob as the API tells it; null for none.</summary>
    public static string? Name(BlobId blob) => blob.IsNone ? null : blob.ToString();

    /// <summary>An enum's value as the API's words: <c>wrong-schema</c>.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    private static ApiEvent Project(long cursor, DateTimeOffset at, EdgeEvent happened) => happened switch
    {
        NodeStarted e => new NodeStartedEvent(cursor, at, e.Node.Value, e.Version, e.Address, e.Process),
        NodeStopping e => new NodeStoppingEvent(cursor, at, e.Reason),
        NodeExpelled e => new ExpelledEvent(cursor, at, Name(e), e.What),
        TrainingStarted e => new TrainingStartedEvent(cursor, at, Name(e), e.Round, e.Batches),
        ProgramTrained e => new TrainedEvent(
            cursor, at, Name(e), e.Round, e.Update.ToString(), e.Bytes, e.Elapsed.TotalSeconds, Finite(e.TrainingLoss)),
        ModelEvaluated e => new EvaluatedEvent(cursor, at, Name(e), Subject(e.Kind), Project(e.Round, e.Evaluation)),
        ProgramFailed e => new ProgramFailedEvent(cursor, at, Name(e), e.Round, e.What, e.Retry.TotalSeconds),
        TrafficCounted e => new TrafficEvent(cursor, at, Name(e), e.Round, e.BytesIn, e.BytesOut),
        ProgramFinished e => new FinishedEvent(cursor, at, Name(e), e.Rounds, e.Model.ToString(), Project(e.Rounds, e.Evaluation)),
        _ => throw new InvalidOperationException($"{happened.GetType().Name} has no form in the API."),
    };

    private static LeftOutMember Project(LeftOut left) => new(left.Member.Value, Word(left.Reason));

    private static ModelSubject Subject(ModelKind kind) => kind switch
    {
        ModelKind.Initial => ModelSubject.Initial,
        ModelKind.Local => ModelSubject.Local,
        ModelKind.Merged => ModelSubject.Merged,
        ModelKind.Final => ModelSubject.Final,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    private static string Name(NodeEvent happened) => happened.Contract.Value;
}
