using System.Globalization;
using Starling.Api.Events;

namespace Starling.Cli.Reports.History;

/// <summary>
/// What a run's nodes told of its rounds, joined. Nodes tell the same thing each at its own time, and some of it again after a restart:
/// everything is kept once, with the first time that anybody told.
/// </summary>
/// <param name="names">The short name of each member, by SPIFFE ID; a stranger goes by its ID.</param>
/// <param name="lastRound">Rounds beyond it are of no interest: behind the last round the fold opens one more, which nobody trains.</param>
internal sealed class RunHistory(IReadOnlyDictionary<string, string> names, long lastRound)
{
    /// <summary>How many incidents of nodes are kept; more are only counted.</summary>
    public const int MostIncidents = 200;

    // Of a newer node's words for refusals no more than these are told apart.
    private const int MostRefusedKinds = 500;

    private readonly SortedDictionary<long, RoundHistory> rounds = [];
    private readonly HashSet<long> refusedHeights = [];
    private readonly HashSet<(string Contract, string Member, long Incarnation)> rejoined = [];
    private readonly Dictionary<RefusedKind, long> refused = [];
    private readonly List<NodeLife> lives = [];
    private readonly List<Notable> incidents = [];
    private readonly SortedDictionary<long, Notable> restarts = [];
    private long epoch;

    /// <summary>Whose time it is: <c>UTC</c>, or <c>virtual</c>.</summary>
    public string Clock { get; init; } = "UTC";

    /// <summary>The rounds that somebody told of, in order.</summary>
    public IReadOnlyCollection<RoundHistory> Rounds => rounds.Values;

    /// <summary>How many entries the fold refused, by kind.</summary>
    public IReadOnlyDictionary<RefusedKind, long> Refused => refused;

    /// <summary>Every life of every node's process.</summary>
    public IReadOnlyList<NodeLife> Lives => lives;

    /// <summary>What single nodes ran into, in the order of the nodes.</summary>
    public IReadOnlyList<Notable> Incidents => incidents;

    /// <summary>Each time that an admin restarted a round, in order. What is known of rounds is of their latest epoch.</summary>
    public IReadOnlyCollection<Notable> Restarts => restarts.Values;

    /// <summary>How many incidents there were beyond <see cref="MostIncidents"/>.</summary>
    public long MoreIncidents { get; private set; }

    /// <summary>The first and the last time that anybody told of; null if nobody told anything.</summary>
    public (DateTimeOffset First, DateTimeOffset Last)? Span { get; private set; }

    /// <summary>A member's short name.</summary>
    public string NameOf(string id) => names.GetValueOrDefault(id, id);

    /// <summary>Takes all that one node told, in the order in which it did.</summary>
    /// <param name="node">Its short name.</param>
    /// <param name="told">What it told.</param>
    public void Add(string node, IEnumerable<ApiEvent> told)
    {
        var reading = new NodeReading(node);
        foreach (var next in told)
        {
            Span = (Span is { } span && span.First < next.At ? span.First : next.At,
                Span is { } seen && seen.Last > next.At ? seen.Last : next.At);
            epoch = reading.Epoch;
            if (!TakeNode(reading, next))
                TakeRound(reading, next);
        }
    }

    private bool TakeNode(NodeReading of, ApiEvent told)
    {
        switch (told)
        {
            case NodeStartedEvent e:
                lives.Add(new NodeLife(of.Node, e.At, of.Round, !of.HasRun, of.WasStopped, e.Version));
                (of.HasRun, of.WasStopped) = (true, false);
                return true;
            case RoundRestartedEvent e:
                restarts.TryAdd(e.Epoch, new Notable(e.At, e.Round, "restarted", Restart(e)));
                (of.Epoch, of.Round) = (e.Epoch, 0);
                return true;
            case NodeStoppingEvent:
                return of.WasStopped = true;
            case RejoiningEvent e:
                return !rejoined.Add((e.Contract, e.Member, e.Incarnation))
                    || Note(of, e.At, "lost disk", $"{NameOf(e.Member)} lost its disk and joined again.");
            case HaltedEvent e:
                return Note(of, e.At, "halted", $"{of.Node} halted by itself ({e.Reason}): {e.Detail}");
            case TroubleEvent e:
                return Note(of, e.At, "trouble", $"{of.Node}: {e.What}");
            case ProgramFailedEvent e:
                return Note(of, e.At, "program failed", $"The program of {of.Node} failed: {e.What}");
            case EntryRefusedEvent e:
                if (refusedHeights.Add(e.Height) && new RefusedKind(e.Refusal, e.Entry) is var kind
                    && (refused.Count < MostRefusedKinds || refused.ContainsKey(kind)))
                    refused[kind] = refused.GetValueOrDefault(kind) + 1;
                return true;
            default:
                return false;
        }
    }

    private void TakeRound(NodeReading of, ApiEvent told)
    {
        switch (told)
        {
            case RoundOpenedEvent e when Of(e.Round) is { } round:
                (of.Round, of.Opening) = (Math.Max(of.Round, e.Round), e.Opening);
                round.Openings[e.Opening] = Earlier(round.Openings.GetValueOrDefault(e.Opening, e.At), e.At);
                break;
            case MemberReadyEvent e when Of(e.Round) is { } round && (Opening: of.OpeningOf(e.Round), Member: NameOf(e.Member)) is var key:
                round.Ready[key] = Earlier(round.Ready.GetValueOrDefault(key, e.At), e.At);
                break;
            case RoundCommittedEvent e when Of(e.Round) is { } round:
                round.Committed = Earlier(round.Committed ?? e.At, e.At);
                Of(round, e.Term, e.Leader);
                (round.CommittedTerm, round.Merge, round.Contributors, round.Named) =
                    (e.Term, e.Merge, Names(e.Contributors), Names(e.Named));
                break;
            case LateDisputeEvent e when Of(e.Round) is { } round && NameOf(e.Member) is var member:
                round.LateDisputes[member] = Earlier(round.LateDisputes.GetValueOrDefault(member, e.At), e.At);
                break;
            case UnresolvedEvent e when Of(e.Round) is { } round:
                round.Unresolved = Names(e.Pair);
                break;
            default:
                TakeTerm(told);
                break;
        }
    }

    private void TakeTerm(ApiEvent told)
    {
        switch (told)
        {
            case LeaderClaimedEvent e when Of(e.Round) is { } round && Of(round, e.Term, e.Leader) is { } term:
                (term.Claimed, term.Frozen) = (Earlier(term.Claimed ?? e.At, e.At), Names(e.Frozen));
                break;
            case MergeProposedEvent e when Of(e.Round)?.Terms.GetValueOrDefault(e.Term) is { } term:
                term.Proposed = Earlier(term.Proposed ?? e.At, e.At);
                term.LeftOut = [.. e.LeftOut.Select(left => left with { Member = NameOf(left.Member) })];
                break;
            case MemberVotedEvent e
                when Of(e.Round)?.Terms.GetValueOrDefault(e.Term) is { } term && NameOf(e.Member) is var member && member != term.Leader:
                term.Votes[member] =
                    (Earlier(term.Votes.TryGetValue(member, out var vote) ? vote.At : e.At, e.At), e.ForProposal, e.Audit == "sampled");
                break;
            case LeaderSuspectedEvent e when Of(e.Round) is { } round && Of(round, e.Term, e.Leader) is { } term && NameOf(e.By) is var by:
                term.Suspects[by] = Earlier(term.Suspects.GetValueOrDefault(by, e.At), e.At);
                break;
            case TermEndedEvent e when Of(e.Round) is { } round && Of(round, e.Term, e.Leader) is { } term:
                (term.Ended, term.EndReason) = (Earlier(term.Ended ?? e.At, e.At), e.Reason);
                break;
        }
    }

    private bool Note(NodeReading of, DateTimeOffset at, string kind, string what)
    {
        if (incidents.Count < MostIncidents)
            incidents.Add(new Notable(at, of.Round > 0 ? of.Round : null, kind, what));
        else
            MoreIncidents++;
        return true;
    }

    private string Restart(RoundRestartedEvent e)
    {
        var disputes = rounds.Values.Where(round => round.Round >= e.Round).SelectMany(round => round.LateDisputes.Keys).Distinct()
            .Order(StringComparer.Ordinal).ToList();
        return string.Create(CultureInfo.InvariantCulture, $"{NameOf(e.By)} restarted round {e.Round} (epoch {e.Epoch})")
            + (e.TakenBack > 0
                ? string.Create(CultureInfo.InvariantCulture, $"; committed rounds that no longer count: {e.TakenBack}")
                : "")
            + (e.Pair.Count > 0 ? $"; {RoundWords.Names(Names(e.Pair))} had disagreed" : "")
            + (disputes.Count > 0 ? $"; disputed by {RoundWords.Names(disputes)}" : "") + ".";
    }

    private RoundHistory? Of(long round)
    {
        if (round < 1 || round > lastRound)
            return null;
        if (!rounds.TryGetValue(round, out var of) || of.Epoch < epoch)
            rounds[round] = of = new RoundHistory(round, epoch);
        return of.Epoch == epoch ? of : null; // Of an earlier epoch is what no longer counts.
    }

    private TermHistory Of(RoundHistory round, long term, string leader)
    {
        if (!round.Terms.TryGetValue(term, out var of))
            round.Terms[term] = of = new TermHistory(term, NameOf(leader));
        return of;
    }

    private string[] Names(IReadOnlyList<string> members) => [.. members.Select(NameOf)];

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private sealed class NodeReading(string node)
    {
        public string Node => node;

        public bool HasRun { get; set; }

        public bool WasStopped { get; set; }

        public long Round { get; set; }

        public long Epoch { get; set; }

        public long Opening { get; set; } = 1;

        // A node that follows late may tell of a round whose opening it never told.
        public long OpeningOf(long of) => of == Round ? Opening : 1;
    }
}
