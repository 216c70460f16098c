using Starling.Cli.Reports.History;

namespace Starling.Cli.Tests.Reports.History;

public sealed class RunHistoryTests
{
    private static readonly string[] Members = ["a", "b", "c"];

    [Fact]
    public void What_several_nodes_tell_is_kept_once_with_the_first_time()
    {
        var round = Assert.Single(Read(new Story(Members).Quiet(1, "b")).Rounds);
        Assert.Equal(Story.Start.AddSeconds(0.1), round.Opened);
        Assert.Equal(3, round.Ready.Count);
        var term = Assert.Single(round.Terms.Values);
        Assert.Equal(("b", 2, 0), (term.Leader, term.Votes.Count, round.Against));
        Assert.False(round.StandsOut);
        Assert.Equal(term, round.Winning);
        Assert.Equal(0.8, round.Length!.Value.TotalSeconds, 6);
    }

    [Fact]
    public void A_replaced_leader_is_told_with_those_who_suspected_it()
    {
        var history = Read(new Story(Members)
            .Opens(1).AllReady(1).Claims(1, 1, "a").Suspects(1, 1, "a", "b").Suspects(1, 1, "a", "c").Loses(1, 1, "a")
            .Claims(1, 2, "c").Proposes(1, 2).Votes(1, 2, "b").Commits(1, 2, "c"));
        var round = Assert.Single(history.Rounds);
        Assert.Equal("a", Assert.Single(round.Lost).Leader);
        Assert.Equal("term 1 a, suspected by b and c; term 2 c", RoundWords.Terms(round));
        Assert.Equal("Term 1 of a ended without a commit (suspected by b and c); c led term 2.",
            Assert.Single(NotableList.Of(history)).What);
        var phases = RoundPhases.Of(round)!.Value;
        Assert.Equal([0.4, 0.4, 0.1, 0.2],
            new[] { phases.Gather, phases.Lost, phases.Merge, phases.Votes }.Select(seconds => Math.Round(seconds, 6)));
    }

    /// <summary>Red if what a restart takes back stays, as a node that tells it after another has told the restart makes it.</summary>
    [Fact]
    public void What_an_admin_took_back_is_gone_and_the_restart_is_told_with_the_dispute_that_it_settles()
    {
        var history = Read(new Story(Members).Quiet(1, "a")
            .Opens(2).AllReady(2).Claims(2, 1, "a").Suspects(2, 1, "a", "b").Proposes(2, 1).Votes(2, 1, "b", isFor: false)
            .Commits(2, 1, "a").Disputes(2, "c")
            .Restarts(2, epoch: 1, takenBack: 1).Quiet(2, "b"));
        Assert.Equal([("a", 0L), ("b", 1L)], history.Rounds.Select(round => (round.Winning!.Leader, round.Epoch)));
        Assert.False(history.Rounds.Last().StandsOut);
        var told = Assert.Single(NotableList.Of(history));
        Assert.Equal(("restarted",
            "spiffe://story/clinic/admin restarted round 2 (epoch 1); committed rounds that no longer count: 1; disputed by c."),
            (told.Kind, told.What));
    }

    /// <summary>Red if the report does not name who lost its disk, or counts each member that tells it.</summary>
    [Fact]
    public void A_lost_disk_is_told_once_for_each_incarnation()
    {
        var history = Read(new Story(Members).Quiet(1, "a").Rejoins("b", 2).Quiet(2, "a").Rejoins("b", 3).Quiet(3, "a"));
        Assert.Equal([("lost disk", "b lost its disk and joined again."), ("lost disk", "b lost its disk and joined again.")],
            history.Incidents.Select(each => (each.Kind, each.What)));
    }

    /// <summary>Red if the report forgets what a vote came after.</summary>
    [Fact]
    public void Votes_by_samples_are_counted_among_all()
    {
        var history = Read(new Story(Members).Opens(1).AllReady(1).Claims(1, 1, "a").Proposes(1, 1).Votes(1, 1, "b", audit: "sampled")
            .Votes(1, 1, "c").Commits(1, 1, "a"));
        Assert.Equal("2 for (1 by samples)", RoundWords.Audit(Assert.Single(history.Rounds)));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("a", "a")]
    [InlineData("a b", "a and b")]
    [InlineData("a b c", "a, b and c")]
    public void Names_read_as_in_a_sentence(string names, string expected) => Assert.Equal(expected, RoundWords.Names(names.Split(' ')));

    [Fact]
    public void A_suspicion_that_led_to_nothing_is_told()
    {
        var history = Read(new Story(Members).Opens(1).AllReady(1).Claims(1, 1, "a").Suspects(1, 1, "a", "b").Proposes(1, 1)
            .Votes(1, 1, "c").Commits(1, 1, "a"));
        Assert.Equal(("suspicion", "a, the leader of term 1, was suspected by b, and stayed."),
            (Assert.Single(NotableList.Of(history)).Kind, NotableList.Of(history)[0].What));
    }

    [Fact]
    public void Votes_against_names_and_late_disputes_are_told()
    {
        var history = Read(new Story(Members)
            .Opens(1).AllReady(1).Claims(1, 1, "a").Proposes(1, 1, new Api.LeftOutMember(Story.Id("c"), "not-finite"))
            .Votes(1, 1, "b", isFor: false).Votes(1, 1, "c").Commits(1, 1, "a", "b").Disputes(1, "c"));
        Assert.Equal("1 for, 1 against; named: b; disputed late: c", RoundWords.Audit(Assert.Single(history.Rounds)));
        Assert.Equal(["left out", "vote against", "named", "late dispute"], NotableList.Of(history).Select(notable => notable.Kind));
    }

    [Fact]
    public void A_reopened_round_has_the_readys_of_both_openings()
    {
        var round = Assert.Single(Read(new Story(Members)
            .Opens(1).AllReady(1).Claims(1, 1, "a").Loses(1, 1, "a", "reopened").Opens(1, 2).AllReady(1).Claims(1, 2, "b").Proposes(1, 2)
            .Commits(1, 2, "b")).Rounds);
        Assert.Equal((2, 6), (round.Openings.Count, round.Ready.Count));
        Assert.True(round.StandsOut);
    }

    [Fact]
    public void Restarts_after_a_death_and_after_a_stop_are_told_apart()
    {
        var history = Read(new Story(Members).Starts(0).Starts(1).Quiet(1, "a").Starts(0).Stops(1).Starts(1));
        Assert.Equal(["a was started again after its process died.", "b was started again after a stop in order."],
            NotableList.Of(history).Select(notable => notable.What));
        Assert.Equal(1, history.Lives[1].Round);
    }

    [Fact]
    public void A_refusal_is_counted_once_however_many_tell()
    {
        var history = Read(new Story(Members)
            .Refuses(4, "TermTaken", "Claim").Refuses(9, "TermTaken", "Claim").Refuses(9, "TermTaken", "Claim")
            .Refuses(11, "RoundClosed", "AuditedFull"));
        Assert.Equal((2, 1),
            (history.Refused[new RefusedKind("TermTaken", "Claim")], history.Refused[new RefusedKind("RoundClosed", "AuditedFull")]));
    }

    [Fact]
    public void Rounds_beyond_the_last_and_endless_troubles_are_bounded()
    {
        var story = new Story(Members).Opens(1).Opens(11).Opens(long.MaxValue).Opens(-1);
        for (var i = 0; i < RunHistory.MostIncidents + 5; i++)
            story.Fails(0, "again");
        var history = Read(story);
        Assert.Equal(1, Assert.Single(history.Rounds).Round);
        Assert.Equal((RunHistory.MostIncidents, 5), (history.Incidents.Count, history.MoreIncidents));
    }

    private static RunHistory Read(Story story)
    {
        var history = new RunHistory(Members.ToDictionary(Story.Id, member => member), 10);
        // The last node first: the order of the files says nothing about time.
        foreach (var node in (int[])[2, 0, 1])
            history.Add(Members[node], story.Of(node));
        return history;
    }
}
