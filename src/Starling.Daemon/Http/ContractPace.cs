using Starling.Api.Events;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Node.Events;

namespace Starling.Daemon.Http;

/// <summary>
/// What the events tell of one training contract besides the kernel's state: the latest measurements, who was heard of
/// when, and how fast rounds go.
/// </summary>
internal sealed class ContractPace
{
    private readonly RoundPace rounds = new();
    private readonly Dictionary<NodeId, (DateTimeOffset Seen, RoundPace Rounds)> members = [];

    /// <summary>The node's own last update, and the last merge.</summary>
    public (ModelEvaluated? Local, ModelEvaluated? Merged) Measured { get; private set; }

    /// <summary>When an entry of a member was last told; null if none was since the node started.</summary>
    public DateTimeOffset? LastSeen(NodeId member) => members.TryGetValue(member, out var known) ? known.Seen : null;

    /// <summary>
    /// How long so many rounds take in all from now on, at the pace of the latest that ended; null before the second one ended.
    /// </summary>
    public TimeSpan? Remaining(long total) => rounds.Remaining(total);

    /// <summary>The same at the pace at which a member announces its updates; null before the second one.</summary>
    public TimeSpan? Remaining(long total, NodeId member) =>
        members.TryGetValue(member, out var known) ? known.Rounds.Remaining(total) : null;

    /// <summary>Takes an event of the contract in.</summary>
    public void Observe(StreamedEvent streamed)
    {
        switch (streamed.Event)
        {
            case ModelEvaluated { Kind: ModelKind.Local } measured:
                Measured = Measured with { Local = measured };
                break;
            case ModelEvaluated { Kind: ModelKind.Merged or ModelKind.Final } measured:
                Measured = Measured with { Merged = measured };
                break;
            case MemberReady ready:
                See(ready.Member, streamed.At).Reach(ready.Round, streamed.At);
                break;
            case MemberVoted voted:
                See(voted.Member, streamed.At);
                break;
            case LeaderClaimed claimed:
                See(claimed.Leader, streamed.At);
                break;
            case RoundCommitted committed:
                rounds.Reach(committed.Round, streamed.At);
                break;
            case RoundPassed passed:
                rounds.Reach(passed.Round, streamed.At);
                break;
        }
    }

    private RoundPace See(NodeId member, DateTimeOffset at)
    {
        var pace = members.TryGetValue(member, out var known) ? known.Rounds : new RoundPace();
        members[member] = (at, pace);
        return pace;
    }
}
