using Starling.Api;
using Starling.Api.Events;
using Starling.Cli.Runs;

namespace Starling.Cli.Running;

/// <summary>
/// What a run's nodes told so far, joined: a projection of their events, each of which may be told twice. Not safe for several threads;
/// <see cref="RunMonitor"/> guards it.
/// </summary>
internal sealed class RunProgress
{
    private const int PaceRounds = 5;
    private readonly SortedDictionary<long, RoundView> rounds = [];
    private readonly Dictionary<string, string> names = new(StringComparer.Ordinal);
    private long epoch;

    /// <summary>Begins with nodes that told nothing.</summary>
    /// <param name="nodes">The run's nodes.</param>
    /// <param name="rounds">How many rounds are to be trained.</param>
    public RunProgress(IReadOnlyList<PlannedNode> nodes, long rounds)
    {
        Rounds = rounds;
        Nodes = [.. nodes.Select(node => new NodeView(node.Name))];
        foreach (var node in nodes)
            names[node.Id] = node.Name;
    }

    /// <summary>How many rounds are to be trained.</summary>
    public long Rounds { get; }

    /// <summary>The nodes, in the experiment's order.</summary>
    public IReadOnlyList<NodeView> Nodes { get; }

    /// <summary>The rounds that somebody told of, in order.</summary>
    public IReadOnlyCollection<RoundView> All => rounds.Values;

    /// <summary>The latest round; null before the first.</summary>
    public RoundView? Current { get; private set; }

    /// <summary>How many rounds committed, or were passed by every node.</summary>
    public long Committed { get; private set; }

    /// <summary>The last commit's blob id; null before the first.</summary>
    public string? LastMerge => rounds.GetValueOrDefault(Committed)?.Merge;

    /// <summary>Whether each node goes through its rounds by itself: then there is a model at each of them.</summary>
    public bool HasOwnRounds { get; private set; }

    /// <summary>Rounds whose result nobody has shown yet; whoever shows one takes it out.</summary>
    public List<RoundView> Untold { get; } = [];

    /// <summary>Whether all rounds are trained and every one of these nodes holds the final model.</summary>
    public static bool IsFinished(IEnumerable<NodeView> nodes) => nodes.All(node => node.Final is not null);

    /// <summary>How long the rest will take at the pace of the last rounds; null before there is a pace.</summary>
    public TimeSpan? Remaining
    {
        get
        {
            var first = rounds.GetValueOrDefault(Math.Max(1, Committed - PaceRounds + 1));
            var last = rounds.GetValueOrDefault(Committed);
            return first is null || last is null
                ? null
                : (last.Committed - first.Opened) / (last.Round - first.Round + 1) * (Rounds - Committed);
        }
    }

    /// <summary>A member's short name.</summary>
    public string NameOf(string id) => names.GetValueOrDefault(id, id);

    /// <summary>Takes in an event.</summary>
    /// <param name="node">Whose it is.</param>
    /// <param name="told">The event.</param>
    public void Apply(NodeView node, ApiEvent told)
    {
        switch (told)
        {
            case NodeStartedEvent:
                node.BeginLife();
                node.Doing = "reading the ledger";
                break;
            case TrafficEvent e:
                node.Count(e.BytesIn, e.BytesOut);
                (Of(e.Round).Of(node.Name).BytesIn, Of(e.Round).Of(node.Name).BytesOut) = (node.BytesIn, node.BytesOut);
                break;
            case TrainingStartedEvent e:
                node.Doing = $"training round {e.Round}";
                Of(e.Round).Of(node.Name).Began ??= e.At;
                break;
            case TrainedEvent e:
                node.Doing = "trained";
                (Of(e.Round).Of(node.Name).TrainingSeconds, Of(e.Round).Of(node.Name).UpdateBytes) = (e.Seconds, e.Bytes);
                break;
            case EvaluatedEvent e:
                Measure(node, e.Subject, e.Measurement);
                break;
            case FinishedEvent e:
                node.FinalModel = e.Model;
                node.Final = node.Merged = Of(e.Rounds).Of(node.Name).Merged = Score.Of(e.Measurement);
                node.Doing = "finished";
                break;
            case ProgramFailedEvent:
                node.Doing = "program failed";
                break;
            case ExpelledEvent:
                node.Doing = "expelled";
                break;
            case RoundRestartedEvent e:
                Restart(node, e);
                break;
            default:
                if (node.Epoch == epoch)
                    ApplyRound(node, told); // Who has not read the restart yet tells of what no longer counts.
                break;
        }
    }

    private void Restart(NodeView node, RoundRestartedEvent restarted)
    {
        node.Epoch = restarted.Epoch;
        node.Reach(restarted.Round - 1, restarted.At);
        if (restarted.Epoch <= epoch)
            return;
        epoch = restarted.Epoch;
        foreach (var round in rounds.Keys.Where(round => round >= restarted.Round).ToList())
        {
            Untold.Remove(rounds[round]);
            rounds.Remove(round);
        }

        Current = rounds.Values.LastOrDefault();
        Committed = Math.Min(Committed, restarted.Round - 1);
        foreach (var other in Nodes)
            other.Final = null;
    }

    private void ApplyRound(NodeView node, ApiEvent told)
    {
        switch (told)
        {
            case RoundOpenedEvent e when Of(e.Round) is var round && e.Opening > round.Opening:
                (round.Opened, round.Opening) = (round.Opened ?? e.At, e.Opening);
                round.Ready.Clear();
                break;
            case AwaitingEvent e when Of(e.Round) is { Committed: null } round:
                Replace(round.Ready, e.Ready);
                Replace(round.Awaited, e.Awaited);
                break;
            case MemberReadyEvent e when Of(e.Round) is { Committed: null } round:
                round.Ready.Add(NameOf(e.Member));
                round.Awaited.Remove(NameOf(e.Member));
                break;
            case LeaderClaimedEvent e when Of(e.Round) is var round && e.Term >= round.Term:
                (round.Term, round.Leader) = (e.Term, NameOf(e.Leader));
                node.Doing = NameOf(e.Leader) == node.Name ? "merging" : "awaiting the merge";
                break;
            case MergeProposedEvent e when Of(e.Round).Leader != node.Name:
                node.Doing = "checking the merge";
                break;
            case RoundPassedEvent e when Of(e.Round) is var round:
                Pass(node, round, e);
                break;
            case TermEndedEvent e when Of(e.Round) is var round && round.Term == e.Term:
                round.Leader = null;
                break;
            case RoundCommittedEvent e when Of(e.Round) is var round:
                (round.Committed, round.Merge, round.Contributors) = (round.Committed ?? e.At, e.Merge, [.. e.Contributors.Select(NameOf)]);
                (round.Term, round.Leader) = (e.Term, NameOf(e.Leader));
                round.Awaited.Clear();
                Committed = Math.Max(Committed, e.Round);
                node.Doing = "has the commit";
                node.Reach(e.Round, e.At);
                break;
        }
    }

    // What stands for a commit where there is none: every node that still runs has gone through the round.
    private void Pass(NodeView node, RoundView round, RoundPassedEvent passed)
    {
        HasOwnRounds = true;
        node.Doing = "has averaged";
        node.Reach(passed.Round, passed.At);
        round.Opened ??= round.Nodes.Values.Min(part => part.Began) ?? passed.At;
        round.Ready.Add(node.Name);
        round.Awaited.Clear();
        round.Awaited.UnionWith(Nodes.Where(other => !other.IsGone && !round.Ready.Contains(other.Name)).Select(other => other.Name));
        if (round.Awaited.Count > 0 || round.Committed is not null)
            return;
        (round.Committed, round.Contributors) = (passed.At, [.. round.Ready]);
        Committed = Math.Max(Committed, round.Round);
    }

    private void Measure(NodeView node, ModelSubject subject, Measurement measurement)
    {
        var score = Score.Of(measurement);
        switch (subject)
        {
            case ModelSubject.Local:
                node.Local = Of(measurement.Round).Of(node.Name).Local = score;
                break;
            case ModelSubject.Merged or ModelSubject.Final:
                node.Merged = Of(measurement.Round).Of(node.Name).Merged = score;
                break;
        }
    }

    private RoundView Of(long round)
    {
        if (!rounds.TryGetValue(round, out var view))
        {
            rounds[round] = view = new RoundView(round);
            Untold.Add(view);
            // Behind the last round the fold opens one more, which nobody trains.
            if (round <= Rounds && round > (Current?.Round ?? 0))
                Current = view;
        }

        return view;
    }

    private void Replace(SortedSet<string> set, IReadOnlyList<string> members)
    {
        set.Clear();
        set.UnionWith(members.Select(NameOf));
    }
}
