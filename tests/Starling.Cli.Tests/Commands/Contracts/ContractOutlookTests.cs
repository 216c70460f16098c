using Starling.Api;
using Starling.Api.Contracts;
using Starling.Cli.Commands.Contracts;

namespace Starling.Cli.Tests.Commands.Contracts;

/// <summary>What an admin is told of the rounds to come.</summary>
public sealed class ContractOutlookTests
{
    private const string Restart = "'starling contract restart digits-1 --round 3'";

    private static readonly ContractOutlook Outlook = new("digits-1");

    private static readonly string[] Members = ["spiffe://a/one/node", "spiffe://a/two/node", "spiffe://a/three/node"];

    private static ContractDescription Trains => new(
        "digits", "", Followed: true, ContractStage.Training, 1, 10, "", SettingsOf(minPeers: 2), [], Members, 3, 1, 1, null,
        [Members[0], Members[1]], [], [])
    {
        MinPeers = 2,
        Next = Members,
    };

    private static ContractDescription Ended => Trains with { Stage = ContractStage.Ended, Round = 11, Ready = [] };

    private static ContractDescription Gossips => Trains with { Settings = SettingsOf(2) with { Protocol = "gossip" } };

    /// <summary>Red if a change is said to be in force before it is, or if the first round of it is another one.</summary>
    [Fact]
    public void A_change_waits_for_the_next_round_unless_nothing_keeps_it()
    {
        AssertChange(4, "The change is in force from round 4 on; the open round 3 ends with the settings that it began with.", Trains,
            Trains, restarted: false);
        AssertChange(3, "Round 3 is open again with 3 members, of which it needs 2 (epoch 2).", Trains, Trains with { Epoch = 2 },
            restarted: true);
        AssertChange(3, "The change is in force.", Gossips, Gossips, restarted: false);
        AssertChange(3, "Training had ended and goes on: round 3 is open, for those whose programs are there.", Ended, Trains,
            restarted: false);
        AssertChange(11,
            "Training has ended: round 11 would be next, 10 are to be trained (training.rounds), and a round needs 2 of 3 members.", Ended,
            Ended, restarted: false);
    }

    /// <summary>
    /// Red if an admin who has lowered minPeers is not told that the open round does not know it, or is told so where it does not matter.
    /// </summary>
    [Fact]
    public void A_round_that_lacks_members_goes_on_only_by_a_restart()
    {
        var lacks = Trains with { MinPeers = 3 };
        Assert.Equal(
            $"Round 3 needs 3 members, and 2 are ready; it waits for ever if there are never more (awaited: three/node). {Restart} begins it anew with the change.",
            Outlook.OfChange(lacks, lacks, restarted: false).ElementAt(1));
        Assert.Single(Outlook.OfChange(lacks, lacks, restarted: true));
        Assert.Single(Outlook.OfChange(lacks, lacks with { Settings = SettingsOf(3) }, restarted: false));
        Assert.Single(Outlook.OfChange(lacks, lacks with { Ready = Members }, restarted: false));
    }

    /// <summary>Red if what becomes of the open round without a member is not what the rules say.</summary>
    [Fact]
    public void What_an_expulsion_does_to_the_open_round_is_told()
    {
        var after = Trains with { Expelled = [Members[2]], Next = Members[..2] };
        const string Left = "2 members are left, and a round needs 2.";
        Assert.Equal([Left, "The open round 3 goes on without it."], Outlook.OfExpulsion(after, restarted: false));
        Assert.Equal([Left, "Round 3 is open again with 3 members, of which it needs 2 (epoch 1)."],
            Outlook.OfExpulsion(after, restarted: true));
        Assert.Equal([Left, "The others go on without it at once."],
            Outlook.OfExpulsion(after with { Settings = Gossips.Settings }, restarted: false));
        Assert.Equal([Left, "Training has ended; no round is open."],
            Outlook.OfExpulsion(after with { Stage = ContractStage.Ended }, restarted: false));
        Assert.Equal(
            [Left,
                $"Round 3 needs 3 members, and 1 is ready; it waits for ever if there are never more (awaited: two/node). {Restart} begins it anew without it."],
            Outlook.OfExpulsion(after with { MinPeers = 3, Ready = [Members[0]] }, restarted: false));
    }

    /// <summary>
    /// Red if whom an admin takes in is said to take part in another round than it does, or if a new one's way to its program is not told.
    /// </summary>
    [Fact]
    public void What_an_enrolment_does_to_the_open_round_is_told()
    {
        string[] third = [Members[2]], four = [.. Members, "spiffe://a/four/node"];
        var without = Trains with { Members = Members[..2], Next = Members[..2], Expelled = third };
        AssertEnrolment([$"From round 4 on there are 3 members; the open round 3 goes on without three/node. {Restart} begins it anew with all."], without, without with { Next = Members, Expelled = [] }, third);
        AssertEnrolment(["The open round 3 counts it among its members."], without with { Members = Members }, Trains, third);
        AssertEnrolment(["Round 3 is open again with 3 members, of which it needs 2 (epoch 1)."], without, Trains, third, restarted: true);
        AssertEnrolment(["Training had ended and goes on: round 3 is open, for those whose programs are there."],
            without with { Stage = ContractStage.Ended }, Trains, third);
        AssertEnrolment(
            ["Training has ended: 3 members, and a round needs 2; 10 rounds are to be trained (training.rounds), and 11 would be next."],
            Ended with { Next = Members[..2], Expelled = third }, Ended, third);
        AssertEnrolment(
            ["That is in force.", "A node that was no member before takes part once a task of its task runner has the contract trained."],
            Gossips, Gossips with { Members = four, Next = four }, four[3..]);
    }

    /// <summary>
    /// Red if a member can be put out though training would end by that, or cannot though it would not, or if the remedy is none.
    /// </summary>
    [Fact]
    public void Who_is_needed_is_not_put_out_before_the_settings_are_others()
    {
        var needed = Trains with { Settings = SettingsOf(3) };
        var objection = Outlook.Objection(needed, Members[2])!;
        Assert.Equal(ExitCode.Denied, objection.ExitCode);
        Assert.Equal(
            "without three/node digits has 2 members, and a round needs 3 (training.minPeers), so training would end; first 'starling contract change digits-1 --set training.minPeers=2'.",
            objection.Message);
        Assert.Null(Outlook.Objection(Trains, Members[2]));
        Assert.Contains("1 member, and a round needs 2", Outlook.Objection(Trains with { Next = Members[..2] }, Members[1])!.Message,
            StringComparison.Ordinal);
        Assert.EndsWith("a round takes at least two. To end it for good, 'starling contract delete digits'.",
            Outlook.Objection(Trains with { Next = Members[..2] }, Members[1])!.Message, StringComparison.Ordinal);
    }

    private static void AssertEnrolment(string[] sentences, ContractDescription before, ContractDescription after, string[] enrolled,
        bool restarted = false) =>
        Assert.Equal(sentences, Outlook.OfEnrolment(before, after, enrolled, restarted));

    private static void AssertChange(long from, string sentence, ContractDescription before, ContractDescription after, bool restarted)
    {
        Assert.Equal(sentence, Assert.Single(Outlook.OfChange(before, after, restarted)));
        Assert.Equal(from, ContractOutlook.From(before, after, restarted));
    }

    private static ContractSettings SettingsOf(int minPeers) => new("leader", 10, 30, minPeers, "sampled", "mean", "", 1, 5, 60, 0.3, 0.05);
}
