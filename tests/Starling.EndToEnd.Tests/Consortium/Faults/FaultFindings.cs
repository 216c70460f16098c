using Starling.Api.Events;

namespace Starling.EndToEnd.Tests.Consortium.Faults;

/// <summary>What must be true of a training in which things went wrong.</summary>
/// <param name="schedule">What was to go wrong.</param>
/// <param name="happened">What did, each with the rounds that had been committed when it began and were open when it ended.</param>
/// <param name="witness">What a node told that was never killed.</param>
internal sealed class FaultFindings(FaultSchedule schedule, IReadOnlyList<(Fault Fault, long From, long To)> happened, Witness witness)
{
    // Who was away is suspected at once when it leads; its own term may have begun just before it was back.
    private const int RoundsAfter = 2;

    /// <summary>Checks it all.</summary>
    /// <param name="others">What the other nodes told.</param>
    /// <param name="log">The training contract's entries, an object of JSON a line.</param>
    public void Check(IEnumerable<IEnumerable<ApiEvent>> others, string log)
    {
        CheckMerges(others);
        CheckTerms();
        CheckNames();
        Assert.DoesNotContain("\"SequenceUsed\"", log, StringComparison.Ordinal);
        Assert.DoesNotContain(witness.Events, told => told is HaltedEvent or SetAsideEvent or LateDisputeEvent or UnresolvedEvent);
    }

    // Each round is told once, and by all in the same way; nobody voted for another merge.
    private void CheckMerges(IEnumerable<IEnumerable<ApiEvent>> others)
    {
        Assert.Equal(Enumerable.Range(1, witness.Commits.Count).Select(round => (long)round), witness.Commits.Select(told => told.Round));
        Assert.All(witness.Commits, told => Assert.Empty(told.Named));
        var merges = witness.Commits.ToDictionary(told => told.Round, told => told.Merge);
        foreach (var events in others)
        {
            var told = events.ToList();
            Assert.DoesNotContain(told, each => each is HaltedEvent or SetAsideEvent or LateDisputeEvent);
            Assert.All(told.OfType<RoundCommittedEvent>(), commit => Assert.True(
                !merges.TryGetValue(commit.Round, out var merge) || merge == commit.Merge,
                $"Round {commit.Round} is {commit.Merge} to one node and {merge} to another."));
            Assert.InRange(told.OfType<RoundCommittedEvent>().Max(commit => commit.Round), 1, witness.Round + 1);
        }
    }

    // Deposed is who stopped, or whose link was cut, and only about that time. What was before is no matter of faults, and in a round that
    // waits for those who are gone the lead goes round.
    private void CheckTerms()
    {
        var wrongly = witness.Events.OfType<TermEndedEvent>()
            .Where(term =>
                term.Reason == "suspected" && term.Round > happened[0].From && !(schedule.EndsWaiting && term.Round > happened[^1].From)
                    && !happened.Any(each =>
            term.Round >= each.From && term.Round <= each.To + RoundsAfter
                && each.Fault.MayBeDeposed.Any(node => TrainingSites.IdOf(node) == term.Leader))).ToList();
        Assert.True(wrongly.Count == 0,
            $"Deposed, though they were there: {string.Join("; ", wrongly)}\nBefore that:\n{string.Join('\n', witness.Events.TakeWhile(told => told != wrongly.FirstOrDefault()).TakeLast(25))}");
    }

    private void CheckNames()
    {
        var sites = Enumerable.Range(0, TrainingSites.Nodes).Select(TrainingSites.IdOf).ToList();
        var silent = Unexplained(witness.Events, sites).ToList();
        Assert.True(silent.Count == 0, $"Seed {schedule.Seed}: nobody said why these were missing: {string.Join("; ", silent.Take(20))}");
    }

    /// <summary>
    /// Who is missing in a merge though nobody said why: whoever was not ready when the term's leader claimed it was awaited until then,
    /// and the leader says why it left out another.
    /// </summary>
    /// <param name="events">What a node told of the contract, from its first round on.</param>
    /// <param name="sites">All members.</param>
    internal static IEnumerable<string> Unexplained(IEnumerable<ApiEvent> events, IReadOnlyCollection<string> sites)
    {
        HashSet<string> awaited = [];
        (long Round, long Term) led = default, proposing = default;
        IReadOnlyCollection<string> late = [], frozen = [], leftOut = [];
        foreach (var told in events)
            switch (told)
            {
                case RoundOpenedEvent:
                    awaited = [];
                    break;
                case AwaitingEvent waiting:
                    awaited = [.. waiting.Awaited];
                    break;
                case MemberReadyEvent ready: // Of the last one nothing more is awaited, and none of it is told.
                    awaited.Remove(ready.Member);
                    break;
                case LeaderClaimedEvent claim:
                    (led, frozen, late) = ((claim.Round, claim.Term), claim.Frozen, [.. awaited]);
                    break;
                case MergeProposedEvent proposed:
                    (proposing, leftOut) = ((proposed.Round, proposed.Term), [.. proposed.LeftOut.Select(left => left.Member)]);
                    Assert.All(proposed.LeftOut, left => Assert.NotEmpty(left.Reason));
                    break;
                case RoundCommittedEvent commit:
                    Assert.Equal(((commit.Round, commit.Term), (commit.Round, commit.Term)), (led, proposing));
                    foreach (var site in sites.Except(commit.Contributors))
                        if (!(frozen.Contains(site) ? leftOut : late).Contains(site))
                            yield return $"{site} in round {commit.Round}";
                    break;
            }
    }
}
