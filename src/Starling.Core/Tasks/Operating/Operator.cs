using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Training.Participation;

namespace Starling.Core.Tasks.Operating;

/// <summary>
/// What a node does for a task runner on its own: takes part in runs that want it, one at a time, has the work carried out, and reports.
/// Level-triggered, as everything that a kernel does: it compares what the ledger says with what is under way.
/// </summary>
internal static class Operator
{
    /// <summary>
    /// How often a node begins the work of one run: after as many deaths without a word of the work in between it
    /// is the work that kills it.
    /// </summary>
    public const int MaxAttempts = 4;

    /// <summary>The least pause between two reports of work that goes on: a ledger is no log.</summary>
    public static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(10);

    /// <summary>The journal key of what a node has begun for a task runner.</summary>
    public static string Key(ContractId runner) => $"{runner}/work";

    /// <summary>Takes up what the journal tells: what was begun, and which training contracts are followed because of it.</summary>
    public static void Restore(NodeStep step, ContractId runner, ReadOnlySpan<byte> bytes)
    {
        var record = RunnerRecord.Decode(bytes);
        step.Set(step.Runner(runner) with { Record = record });
        foreach (var contract in record.Followed.Values)
            Follow(step, contract);
    }

    /// <summary>Does what is to be done now.</summary>
    public static void Advance(NodeStep step, ContractId runner)
    {
        var p = step.Runner(runner);
        if (!p.Reading.HasCaughtUp || p.AuthorOf(step.State.Self) is not { } self)
            return;
        if (Outbox.HasLostDisk(p, self) && Outbox.IsIdle(p))
        {
            Outbox.Propose(step, runner, RunnerEntryCodec.Encode(new RejoinRunner()), rejoins: true);
            return;
        }

        var run = p.Fold.Run is { IsActive: true } active ? active : null;
        var isMine = run?.Work.GetValueOrDefault(step.Self) is { State: WorkState.Running };
        if (p.Work is { } work && (!isMine || work.Run != run!.Number))
            GiveUp(step, runner, work);
        if (run is not null && step.Runner(runner).Work is null && Outbox.IsIdle(p))
        {
            if (isMine)
                Begin(step, runner, run);
            else
                Answer(step, runner, run);
        }

        EndIfSetAside(step, runner);
        Note(step, runner);
        Tell(step, runner);
    }

    /// <summary>The journal has it that the work begins: begin it.</summary>
    public static void Noted(NodeStep step, ContractId runner, OperationId save)
    {
        var p = step.Runner(runner);
        // While the node reads on, the run may have gone by already, or another one have begun: that is given up once it has caught up.
        if (p.Work is not { Stage: WorkStage.Noting } work || work.Operation != save || p.Fold.Run is not { IsActive: true } run
            || run.Number != work.Run)
            return;
        var task = p.Fold.Tasks[run.Task].Definition;
        if (task.Training is { } training)
            Follow(step, training);
        var operation = step.Do(new AwaitedWork(runner), id => new StartWork(id, runner, work.Run, task, work.Attempt));
        step.Set(p with { Work = work with { Stage = WorkStage.Working, Operation = operation } });
    }

    /// <summary>The journal could not be written.</summary>
    public static void SaveFailed(NodeStep step, ContractId runner)
    {
        if (step.Runner(runner) is { Work: { Stage: WorkStage.Noting } work } p)
            step.Set(p with { Work = work with { Operation = default, RetryAt = step.Now + step.State.Options.RetryInterval } });
    }

    /// <summary>The work has something to say.</summary>
    public static void Progressed(NodeStep step, WorkProgressed progress)
    {
        foreach (var (_, p) in step.State.Runners)
            if (p.Work is { Stage: WorkStage.Working } work && work.Operation == progress.Operation
                && p.Fold.Run?.Work.GetValueOrDefault(step.Self)?.Description != progress.Report.Description)
                step.Set(p with { Work = work with { News = progress.Report.Clipped() with { State = WorkState.Running } } });
    }

    /// <summary>The work has ended.</summary>
    public static void Ended(NodeStep step, ContractId runner, WorkEnded ended)
    {
        if (ended.Report.State is not (WorkState.Complete or WorkState.Failed))
            throw new InvalidOperationException($"Work has ended, and is said to be {ended.Report.State}.");
        if (step.Runner(runner).Work is { Stage: WorkStage.Working } work && work.Operation == ended.Operation)
            End(step, runner, work, ended.Report.Clipped());
    }

    private static void Begin(NodeStep step, ContractId runner, RunState run)
    {
        var p = step.Runner(runner);
        var attempt = p.Record.Run == run.Number ? p.Record.Attempts + 1 : 1;
        var work = new WorkInHand(run.Number, attempt, WorkStage.Noting, default, step.Now);
        step.Set(p with { Work = work });
        if (attempt > MaxAttempts)
            End(step, runner, work, Failure($"This node died {MaxAttempts} times while it worked on this; look into its log."));
        else if (p.Fold.Tasks[run.Task].Definition.Training is { } training && IsTaken(step, runner, training))
            End(step, runner, work,
                Failure($"This node knows another contract of the name {training.Contract}; give the new one another name."));
    }

    /// <summary>What trains a contract that this node has set aside would never end, and its run wait for it.</summary>
    private static void EndIfSetAside(NodeStep step, ContractId runner)
    {
        var p = step.Runner(runner);
        if (p.Work is not { Stage: not WorkStage.Reporting } work
            || p.Fold.Tasks[p.Fold.Run!.Task].Definition.Training is not { } training
            || step.State.Find(training.Contract) is not { SetAside: { } why })
            return;
        Cancel(step, work.Operation);
        End(step, runner, work, Failure(why.Detail).Clipped());
    }

    /// <summary>Takes part in a run that wants this node, or says why not: it would be waited for.</summary>
    private static void Answer(NodeStep step, ContractId runner, RunState run)
    {
        var p = step.Runner(runner);
        var kind = p.Fold.Tasks[run.Task].Definition.Kind;
        RunnerEntry answer = step.State.Options.Tasks.Contains(kind)
            ? new Enlist(run.Number)
            : new Decline(run.Number,
                $"This node carries out no task of the kind {kind.Word()}; its owner decides that, under 'tasks.accept' in node.yaml.");
        if (RunnerFold.Check(p.Fold, step.Self, answer, step.State.Certifier) == Refusal.None)
            Outbox.Propose(step, runner, RunnerEntryCodec.Encode(answer), rejoins: false);
    }

    // Also a contract counts that is not followed yet, because its note is still being saved for another task runner.
    private static bool IsTaken(NodeStep step, ContractId runner, ContractReference training) =>
        (step.State.Find(training.Contract) is { } known && known.Reference != training)
        || step.State.Runners.Values.Any(other =>
            other.Reference.Contract != runner && other.Record.Followed.TryGetValue(training.Contract, out var noted) && noted != training);

    /// <summary>Journals that the work begins, before it does.</summary>
    private static void Note(NodeStep step, ContractId runner)
    {
        var p = step.Runner(runner);
        if (p.Work is not { Stage: WorkStage.Noting } work || work.Operation != default || !step.Due(work.RetryAt))
            return;
        var followed = p.Fold.Tasks[p.Fold.Run!.Task].Definition.Training is { } training
            ? p.Record.Followed.SetItem(training.Contract, training) : p.Record.Followed;
        var save = Save(step, runner, new RunnerRecord(work.Run, work.Attempt, followed));
        step.Set(step.Runner(runner) with { Work = work with { Operation = save } });
    }

    private static void Follow(NodeStep step, ContractReference training)
    {
        if (step.State.Find(training.Contract) is null)
            step.State = step.State with { Contracts = step.State.Contracts.Add(training.Contract, Participant.Create(training)) };
    }

    private static void End(NodeStep step, ContractId runner, WorkInHand work, WorkReport report) =>
        step.Set(step.Runner(runner) with { Work = work with { Stage = WorkStage.Reporting, Operation = default, News = report } });

    /// <summary>Appends what is news: the last word at once, others not too often.</summary>
    private static void Tell(NodeStep step, ContractId runner)
    {
        var p = step.Runner(runner);
        if (p.Work is not { News: { } news } work || !Outbox.IsIdle(p) || (work.Stage != WorkStage.Reporting && !step.Due(work.NextReport)))
            return;
        Outbox.Propose(step, runner, RunnerEntryCodec.Encode(new ReportWork(work.Run, news)), rejoins: false);
        var told = work with { NextReport = step.Now + ReportInterval, News = work.Stage == WorkStage.Reporting ? news : null };
        step.Set(step.Runner(runner) with { Work = told });
        if (work.Stage == WorkStage.Working && p.Record.Attempts > 0)
            // It gets somewhere: from here on a node that stops, for whatever reason, begins to count anew.
            Save(step, runner, p.Record with { Attempts = 0 });
    }

    private static OperationId Save(NodeStep step, ContractId runner, RunnerRecord record)
    {
        step.Set(step.Runner(runner) with { Record = record });
        return step.Do(new AwaitedWorkSave(runner), id => new SaveRecord(id, new JournalRecord(Key(runner), record.Encode())));
    }

    private static void GiveUp(NodeStep step, ContractId runner, WorkInHand work)
    {
        Cancel(step, work.Operation);
        // Only deaths count: if an admin has the node try again in the same run, it begins to count anew.
        var p = step.Runner(runner);
        step.Set(p with { Work = null, Record = p.Record with { Attempts = 0 } });
    }

    private static void Cancel(NodeStep step, OperationId operation)
    {
        if (!step.State.Operations.ContainsKey(operation))
            return;
        step.State = step.State with { Operations = step.State.Operations.Remove(operation) };
        step.Do(new Cancel(operation));
    }

    private static WorkReport Failure(string why) => new(WorkState.Failed, why, null, WorkUsage.None, "");
}
