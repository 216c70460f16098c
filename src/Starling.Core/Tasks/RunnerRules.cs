using System.Collections.Immutable;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Training;

namespace Starling.Core.Tasks;

/// <summary>What each entry of a task runner needs, and what it does.</summary>
internal static class RunnerRules
{
    private const int MaxFailureLength = 512;

    /// <summary>Whether an operator may take part in a run now: it is wanted, it has not tried, and there is a place.</summary>
    public static Refusal MayEnlist(RunState run, NodeId candidate)
    {
        if (run.Work.ContainsKey(candidate))
            return Refusal.AlreadyEnlisted;
        return run.Eligible.Contains(candidate) && run.Engaged < run.Wanted ? Refusal.None : Refusal.RunIsFull;
    }

    public static Refusal Check(RunnerState state, NodeId author, RunnerEntry entry, ICertifier certifier)
    {
        state.Authors.TryGetValue(author, out var known);
        var isAdmin = known is { IsAdmin: true };
        var isOperator = known is { Standing: Standing.Member };
        return entry switch
        {
            EnrolOperator e when isAdmin || (e.Operator.Node == author && known is not { Standing: Standing.Expelled }) =>
                MayEnrol(state, e.Operator, certifier),
            RemoveOperator e when isAdmin || e.Operator == author =>
                state.Operators.Contains(e.Operator) ? Refusal.None : Refusal.NotMember,
            RejoinRunner => isOperator || isAdmin ? Refusal.None : Refusal.NotMember,
            FoundRunner => Refusal.AlreadyFounded,
            Enlist e => !isOperator ? Refusal.NotMember : Active(state, e.Run) is not { } run ? Refusal.UnknownRun : MayEnlist(run, author),
            Decline when !state.KnowsDecline => Refusal.Malformed,
            Decline e =>
                !isOperator ? Refusal.NotMember : Active(state, e.Run) is not { } run ? Refusal.UnknownRun : MayEnlist(run, author),
            ReportWork e => Active(state, e.Run) is not { } run ? Refusal.UnknownRun
                : run.Work.GetValueOrDefault(author) is { State: WorkState.Running } ? Refusal.None : Refusal.NoWork,
            CloseRunner when isAdmin => Refusal.None,
            WriteTask e when isAdmin => MayWrite(state, e),
            FinaliseTask e when isAdmin => Draft(state, e.Task),
            DeleteTask e when isAdmin => Draft(state, e.Task),
            AssignTask e when isAdmin => MayAssign(state, e),
            CancelRun e when isAdmin => Active(state, e.Run) is null ? Refusal.UnknownRun : Refusal.None,
            _ => Refusal.NotPermitted,
        };
    }

    public static RunnerState Accept(RunnerState state, NodeId author, RunnerEntry entry, ICertifier certifier)
    {
        switch (entry)
        {
            case EnrolOperator e:
                var key = certifier.Certify(state.Anchors, e.Operator.Chain)!.Key;
                var before = state.Authors.GetValueOrDefault(e.Operator.Node)
                    ?? new Author(key, 1, 0, IsAdmin: false, Standing.Member, LeaderEligible: false);
                return state with
                {
                    Authors = state.Authors.SetItem(e.Operator.Node, before with { Standing = Standing.Member }),
                    Enrolments = state.Enrolments.SetItem(e.Operator.Node, e.Operator),
                };
            case RemoveOperator e:
                var gone = state.Authors[e.Operator] with { Standing = e.Operator == author ? Standing.Outside : Standing.Expelled };
                return Fail(state with { Authors = state.Authors.SetItem(e.Operator, gone) }, e.Operator, "is no operator any more");
            case CloseRunner:
                return Ended(state, WorkState.Cancelled, "the task runner was closed") with { Deleted = true };
            case RejoinRunner:
                return state;
            case WriteTask e:
                return state with { Tasks = state.Tasks.SetItem(e.Task.Name, new TaskState(e.Task, IsFinal: false, 0)) };
            case FinaliseTask e:
                return state with { Tasks = state.Tasks.SetItem(e.Task, state.Tasks[e.Task] with { IsFinal = true }) };
            case DeleteTask e:
                return state with { Tasks = state.Tasks.Remove(e.Task) };
            case AssignTask e:
                return Assign(state, author, e);
            case CancelRun e:
                return Ended(state, WorkState.Cancelled, e.Reason.Length > 0 ? e.Reason : $"{author} cancelled it");
            case Enlist:
                return With(state, run => run with { Work = run.Work.Add(author, WorkReport.Enlisted) });
            case Decline e:
                return Settle(With(state, run => Refuse(run, author, e.Reason)));
            case ReportWork e:
                return Settle(With(state, run => run with { Work = run.Work.SetItem(author, e.Report) }));
            default:
                throw new InvalidOperationException($"{entry.GetType().Name} was checked but cannot be carried out.");
        }
    }

    private static RunState? Active(RunnerState state, long number) =>
        state.Run is { IsActive: true } run && run.Number == number ? run : null;

    private static Refusal MayEnrol(RunnerState state, Enrolment enrolment, ICertifier certifier)
    {
        state.Authors.TryGetValue(enrolment.Node, out var known);
        if (known is { Standing: Standing.Member })
            return Refusal.AlreadyMember;
        var (refusal, _) = EntryRules.Vouch(state, enrolment, state.MemberRole, certifier);
        return refusal != Refusal.None
            ? refusal
            : state.Operators.Count < TrainingSettings.MaxMembers ? Refusal.None : Refusal.NotPermitted;
    }

    private static Refusal MayWrite(RunnerState state, WriteTask entry)
    {
        // The ledger has one contract of a name: a task that trains under this one's could never be carried out.
        if (!entry.Task.IsValid || entry.Task.Training?.Contract == state.Contract
            || (!entry.Replaces && state.Tasks.Count >= RunnerState.MaxTasks))
            return Refusal.BadTask;
        if (!entry.Task.Prerequisite.IsNone && !state.Tasks.ContainsKey(entry.Task.Prerequisite))
            return Refusal.UnknownTask;
        if (entry.Replaces)
            return Draft(state, entry.Task.Name);
        return state.Tasks.ContainsKey(entry.Task.Name) ? Refusal.TaskExists : Refusal.None;
    }

    private static Refusal Draft(RunnerState state, TaskName task) =>
        !state.Tasks.TryGetValue(task, out var found) ? Refusal.UnknownTask : found.IsFinal ? Refusal.TaskIsFinal : Refusal.None;

    private static Refusal MayAssign(RunnerState state, AssignTask entry)
    {
        if (!state.Tasks.TryGetValue(entry.Task, out var task))
            return Refusal.UnknownTask;
        if (!task.IsFinal)
            return Refusal.TaskNotFinal;
        if (!task.Definition.Prerequisite.IsNone && state.Tasks.GetValueOrDefault(task.Definition.Prerequisite) is not { Completed: > 0 })
            return Refusal.PrerequisiteOpen;
        if (state.Run is { IsActive: true } run)
            return entry.Placement is OnePeer one && run.Task == entry.Task
                && run.Work.GetValueOrDefault(one.Operator) is not { State: WorkState.Running or WorkState.Complete }
                ? state.Operators.Contains(one.Operator) ? Refusal.None : Refusal.NotMember
                : Refusal.RunnerBusy;
        return entry.Placement switch
        {
            SomePeers some => some.Count < 1 || some.Count > state.Operators.Count ? Refusal.TooFewOperators : Refusal.None,
            OnePeer one => state.Operators.Contains(one.Operator) ? Refusal.None : Refusal.NotMember,
            _ => state.Operators.IsEmpty ? Refusal.TooFewOperators : Refusal.None,
        };
    }

    private static RunnerState Assign(RunnerState state, NodeId author, AssignTask entry)
    {
        if (state.Run is { IsActive: true } running)
        {
            var one = ((OnePeer)entry.Placement).Operator;
            var again = running.Placement is AllPeers && running.Work.GetValueOrDefault(one) is { State: WorkState.Refused } ? 1 : 0;
            return With(state, run => run with
            {
                Work = run.Work.Remove(one),
                Eligible = run.Eligible.Add(one),
                Wanted = Math.Max(run.Wanted + again,
                    running.Work.Remove(one).Values.Count(report => report.State is WorkState.Running or WorkState.Complete) + 1),
            });
        }

        var (wanted, eligible) = entry.Placement switch
        {
            SomePeers some => (some.Count, state.Operators),
            OnePeer one => (1, [one.Operator]),
            _ => (state.Operators.Count, state.Operators),
        };
        var next = new RunState((state.Run?.Number ?? 0) + 1, entry.Task, author, entry.Placement, wanted, eligible, state.Height - 1);
        var runs = state.Runs.Add(next);
        return state with { Runs = runs.Length > RunnerState.RecentRuns ? runs.RemoveAt(0) : runs };
    }

    // All peers are all that do not refuse. Whom the run has lost otherwise it goes on to miss.
    private static RunState Refuse(RunState run, NodeId member, string why)
    {
        var after = run with { Work = run.Work.Add(member, WorkReport.Refusal(why)) };
        var left = after.Eligible.Count(candidate => after.Work.GetValueOrDefault(candidate) is not { State: WorkState.Refused });
        return run.Placement is AllPeers && left < run.Wanted ? after with { Wanted = Math.Max(1, run.Wanted - 1) } : after;
    }

    /// <summary>An operator's work fails by what others did.</summary>
    private static RunnerState Fail(RunnerState state, NodeId member, string why)
    {
        if (state.Run is not { IsActive: true } run)
            return state;
        var after = With(state, r => r with { Eligible = r.Eligible.Remove(member) });
        return run.Work.GetValueOrDefault(member) is { State: WorkState.Running } report
            ? Settle(With(after,
                r => r with { Work = r.Work.SetItem(member, report with { State = WorkState.Failed, Description = $"{member} {why}" }) }))
            : Settle(after);
    }

    /// <summary>
    /// Ends the run if enough operators have completed it, or if too few are left that could and nobody works on it any more: what the
    /// others do may be worth having.
    /// </summary>
    private static RunnerState Settle(RunnerState state)
    {
        var run = state.Run!;
        if (run.Work.Values.Count(report => report.State == WorkState.Complete) is var complete && complete >= run.Wanted)
        {
            var task = state.Tasks[run.Task];
            var done = Ended(state, WorkState.Complete,
                $"{complete} of {run.Wanted} have completed it{(Refusals(run) is > 0 and var refusals ? $"; {refusals} refused it" : "")}");
            return done with { Tasks = state.Tasks.SetItem(run.Task, task with { Completed = task.Completed + 1 }) };
        }

        var possible = run.Engaged + run.Eligible.Count(candidate => !run.Work.ContainsKey(candidate));
        return possible >= run.Wanted || run.Work.Values.Any(report => report.State == WorkState.Running)
            ? state
            : Ended(state, WorkState.Failed, Failure(run, possible));
    }

    private static string Failure(RunState run, int possible)
    {
        var first = run.Work.FirstOrDefault(work => work.Value.State == WorkState.Failed);
        if (first.Value is null)
            first = run.Work.FirstOrDefault(work => work.Value.State == WorkState.Refused);
        var why = first.Value is null
            ? ""
            : $": {first.Key} {(first.Value.State == WorkState.Failed ? "failed" : "refused")} ({first.Value.Description})";
        var length =
            why.Length > MaxFailureLength && char.IsHighSurrogate(why[MaxFailureLength - 1]) ? MaxFailureLength - 1 : MaxFailureLength;
        return $"{possible} of the {run.Wanted} operators that it wants can complete it{(why.Length > MaxFailureLength ? why[..length] + "..." : why)}";
    }

    private static int Refusals(RunState run) => run.Work.Values.Count(report => report.State == WorkState.Refused);

    private static RunnerState Ended(RunnerState state, WorkState how, string reason) =>
        state.Run is { IsActive: true } ? With(state, run => run with { State = how, Reason = reason }) : state;

    private static RunnerState With(RunnerState state, Func<RunState, RunState> change) =>
        state with { Runs = state.Runs.SetItem(state.Runs.Length - 1, change(state.Runs[^1])) };
}
