using Starling.Api;
using Starling.Api.Events;

namespace Starling.Cli.Tests.Reports;

/// <summary>What nodes tell of rounds, made up: every node tells all of it, each a little later than the one before.</summary>
internal sealed class Story
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly List<Func<int, ApiEvent>> told = [];
    private readonly string[] members;
    private double now;

    public Story(params string[] members) => this.members = members;

    public static string Id(string name) => $"spiffe://story/clinic/{name}";

    /// <summary>What the node at this place tells.</summary>
    public IEnumerable<ApiEvent> Of(int node) => told.Select((tell, i) => tell(node) with { Cursor = i + 1 });

    public Story Starts(int node) => Own(node, at => new NodeStartedEvent(0, at, Id(members[node]), "1.2.3", "127.0.0.1:1", 1));

    public Story Stops(int node) => Own(node, at => new NodeStoppingEvent(0, at, "asked"));

    public Story Measures(long round, int node, double local, double merged) =>
        Own(node, at => new EvaluatedEvent(0, at, "story", ModelSubject.Local, new Measurement(round, 1 / local, local, 0.5, 0.5, 100)))
            .Own(node,
                at => new EvaluatedEvent(0, at, "story", ModelSubject.Merged, new Measurement(round, 1 / merged, merged, 0.5, 0.5, 100)))
            .Own(node, at => new TrafficEvent(0, at, "story", round, 1000 * round, 1000 * round));

    public Story Opens(long round, long opening = 1) =>
        All(at => new RoundOpenedEvent(0, at, "story", round, opening, null, [.. members.Select(Id)]));

    public Story AllReady(long round) =>
        members.Aggregate(this,
            (story, member) => story.All(at => new MemberReadyEvent(0, at, "story", round, Id(member), "aa", 10, 1, 0.5)));

    public Story Claims(long round, long term, string leader) =>
        All(at => new LeaderClaimedEvent(0, at, "story", round, term, Id(leader), [.. members.Select(Id)]));

    public Story Suspects(long round, long term, string leader, string by) =>
        All(at => new LeaderSuspectedEvent(0, at, "story", round, term, Id(leader), Id(by)));

    public Story Loses(long round, long term, string leader, string reason = "suspected") =>
        All(at => new TermEndedEvent(0, at, "story", round, term, Id(leader), reason));

    public Story Proposes(long round, long term, params LeftOutMember[] leftOut) =>
        All(at => new MergeProposedEvent(0, at, "story", round, term, "bb", [.. members.Select(Id)], leftOut));

    public Story Votes(long round, long term, string member, bool isFor = true, string audit = "full") =>
        All(at => new MemberVotedEvent(0, at, "story", round, term, Id(member), isFor, audit));

    public Story Commits(long round, long term, string leader, params string[] named) =>
        All(at => new RoundCommittedEvent(0, at, "story", round, term, Id(leader), "bb", [.. members.Select(Id)], [.. named.Select(Id)]));

    public Story Disputes(long round, string member) => All(at => new LateDisputeEvent(0, at, "story", round, Id(member), "cc"));

    public Story Restarts(long round, long epoch, long takenBack) =>
        All(at => new RoundRestartedEvent(0, at, "story", round, epoch, Id("admin"), takenBack, []));

    public Story Refuses(long height, string refusal, string entry) =>
        All(at => new EntryRefusedEvent(0, at, "story", height, Id(members[0]), entry, refusal));

    public Story Rejoins(string member, long incarnation) => All(at => new RejoiningEvent(0, at, "story", Id(member), incarnation));

    public Story Fails(int node, string what) => Own(node, at => new TroubleEvent(0, at, "story", what));

    /// <summary>A round in which nothing special happens.</summary>
    public Story Quiet(long round, string leader) => members.Where(member => member != leader)
        .Aggregate(Opens(round).AllReady(round).Claims(round, 1, leader).Proposes(round, 1),
            (story, member) => story.Votes(round, 1, member)).Commits(round, 1, leader);

    private Story All(Func<DateTimeOffset, ApiEvent> tell)
    {
        var at = now += 0.1;
        told.Add(node => tell(Start.AddSeconds(at + (0.01 * node))));
        return this;
    }

    private Story Own(int owner, Func<DateTimeOffset, ApiEvent> tell)
    {
        var at = now += 0.1;
        // The others tell of something that no report shows.
        told.Add(node => node == owner ? tell(Start.AddSeconds(at)) : new BlobFetchedEvent(0, Start.AddSeconds(at), "story", "dd", 1));
        return this;
    }
}
