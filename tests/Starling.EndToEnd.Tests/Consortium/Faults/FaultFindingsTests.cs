using Starling.Api;
using Starling.Api.Events;

namespace Starling.EndToEnd.Tests.Consortium.Faults;

/// <summary>The check of trainings in which things go wrong finds what it is for.</summary>
public sealed class FaultFindingsTests
{
    private static readonly string[] Sites = ["a", "b", "c"];

    /// <summary>
    /// Red if a member that was ready last in an earlier round, or awaited in one, may be missing without a word ever after.
    /// </summary>
    [Fact]
    public void Who_is_missing_is_explained_in_the_round_itself()
    {
        var first = Round(1, awaited: ["c"], late: ["c"], frozen: Sites, contributors: Sites).ToList();
        Assert.Empty(FaultFindings.Unexplained(first, Sites));
        Assert.Equal(["c in round 2"], After(late: ["c"], merged: ["a", "b"]));
        Assert.Empty(After(late: [], merged: ["a", "b"]));
        Assert.Equal(["b in round 2"], After(late: [], merged: ["a", "c"]));

        IEnumerable<string> After(string[] late, string[] merged) =>
            FaultFindings.Unexplained(first.Concat(Round(2, awaited: ["c"], late, frozen: merged, contributors: merged)), Sites);
    }

    /// <summary>
    /// Red if it is enough that a member was awaited, though its update was there and nobody said why it is not in the merge.
    /// </summary>
    [Fact]
    public void Who_was_there_is_left_out_with_a_reason()
    {
        var told = Round(1, ["c"], late: ["c"], frozen: Sites, contributors: ["a", "b"]).ToList();
        Assert.Equal(["c in round 1"], FaultFindings.Unexplained(told, Sites));
        var proposal = told.FindIndex(each => each is MergeProposedEvent);
        told[proposal] = (MergeProposedEvent)told[proposal] with { LeftOut = [new LeftOutMember("c", "not-finite")] };
        Assert.Empty(FaultFindings.Unexplained(told, Sites));
    }

    // A round as a node tells it: nobody is awaited by name any more when the last one gets ready.
    private static IEnumerable<ApiEvent> Round(long round, string[] awaited, string[] late, string[] frozen, string[] contributors)
    {
        yield return new RoundOpenedEvent(0, default, "digits", round, 0, "base", Sites);
        yield return new AwaitingEvent(0, default, "digits", round, [], Sites, 2);
        foreach (var member in Sites.Except(awaited))
            yield return Ready(round, member);
        yield return new AwaitingEvent(0, default, "digits", round, [.. Sites.Except(awaited)], awaited, 2);
        foreach (var member in late)
            yield return Ready(round, member);
        yield return new LeaderClaimedEvent(0, default, "digits", round, round, "a", frozen);
        yield return new MergeProposedEvent(0, default, "digits", round, round, "merge", contributors, []);
        yield return new RoundCommittedEvent(0, default, "digits", round, round, "a", "merge", contributors, []);
    }

    private static MemberReadyEvent Ready(long round, string member) => new(0, default, "digits", round, member, "update", 1, null, null);
}
