using System.Text.Json;
using Starling.Api;
using Starling.Api.Events;
using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Cli.Reports;

/// <summary>Turns what a simulated node tells into what a real one would, as far as a report shows it.</summary>
internal static class SimulatedNodeEvents
{
    /// <summary>The event as the API tells it; null for one that no report shows.</summary>
    public static ApiEvent? Of(DateTimeOffset at, NodeEvent told) => told switch
    {
        RoundOpened e => new RoundOpenedEvent(0, at, Name(e), e.Round, e.Opening, null, Names(e.View)),
        MemberReady e => new MemberReadyEvent(0, at, Name(e), e.Round, e.Member.Value, e.Update.ToString(), e.Weight, null, null),
        LeaderClaimed e => new LeaderClaimedEvent(0, at, Name(e), e.Round, e.Term, e.Leader.Value, Names(e.Frozen)),
        MergeProposed e => new MergeProposedEvent(
            0, at, Name(e), e.Round, e.Term, e.Merge.ToString(), Names(e.Contributors),
            [.. e.LeftOut.Select(left => new LeftOutMember(left.Member.Value, Word(left.Reason)))]),
        MemberVoted e => new MemberVotedEvent(0, at, Name(e), e.Round, e.Term, e.Member.Value, e.ForProposal, Word(e.Audit)),
        LeaderSuspected e => new LeaderSuspectedEvent(0, at, Name(e), e.Round, e.Term, e.Leader.Value, e.By.Value),
        TermEnded e => new TermEndedEvent(0, at, Name(e), e.Round, e.Term, e.Leader.Value, Word(e.Reason)),
        RoundCommitted e =>
            new RoundCommittedEvent(0, at, Name(e), e.Round, e.Term, e.Leader.Value, e.Merge.ToString(), Names(e.Contributors),
                Names(e.Named)),
        LateDispute e => new LateDisputeEvent(0, at, Name(e), e.Round, e.Member.Value, e.Merge.ToString()),
        Unresolved e => new UnresolvedEvent(0, at, Name(e), e.Round, Names(e.Pair)),
        RoundRestarted e => new RoundRestartedEvent(0, at, Name(e), e.Round, e.Epoch, e.By.Value, e.TakenBack, Names(e.Pair)),
        EntryRefused e => new EntryRefusedEvent(0, at, Name(e), e.Height, e.Author.Value, e.Kind, e.Refusal.ToString()),
        Rejoining e => new RejoiningEvent(0, at, Name(e), e.Member.Value, e.Incarnation),
        Trouble e => new TroubleEvent(0, at, Name(e), e.What),
        Halted e => new HaltedEvent(0, at, Name(e), e.Reason.ToString(), e.Detail),
        _ => null,
    };

    private static string Name(NodeEvent told) => told.Contract.Value;

    private static string[] Names(IEnumerable<NodeId> nodes) => [.. nodes.Select(node => node.Value)];

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
