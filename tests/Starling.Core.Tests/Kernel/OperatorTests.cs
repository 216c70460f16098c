using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Tasks;
using Starling.Core.Tasks.Operating;
using Starling.Core.Tests.Tasks;

namespace Starling.Core.Tests.Kernel;

/// <summary>What a node does on its own for a task runner, over whole kernels.</summary>
public sealed class OperatorTests
{
    private static readonly TaskName Make = RunnerScript.Name("make");
    private readonly OperatorCluster cluster = new(RunnerScript.Task("make"));

    private NodeId A => cluster.Runner.A;

    [Fact]
    public void OperatorsTakePartWorkAndReport()
    {
        cluster.Assign(new AllPeers());
        Assert.Equal(cluster.Runner.Operators, cluster.Works.Keys);
        Assert.All(cluster.Works.Values, work => Assert.Equal((1L, Make, 1), (work.Run, work.Task.Name, work.Attempt)));
        foreach (var node in cluster.Runner.Operators)
            cluster.End(node, WorkState.Complete);
        Assert.All(cluster.Runner.Operators, node => Assert.Equal(WorkState.Complete, cluster.Fold(node).Run!.State));
        Assert.All(cluster.Runner.Operators, node => Assert.Null(cluster.Part(node).Work));
    }

    [Fact]
    public void NoMoreWorkThanAreWantedUntilOneFails()
    {
        cluster.Assign(new SomePeers(1));
        var first = Assert.Single(cluster.Works).Key;
        cluster.End(first, WorkState.Failed);
        cluster.Pass(TimeSpan.FromSeconds(5));
        Assert.NotEqual(first, Assert.Single(cluster.Works).Key);
    }

    /// <summary>Red if a node whose owner does not allow a kind works all the same, or says nothing and is waited for.</summary>
    [Fact]
    public void ANodeWhoseOwnerDoesNotAllowAKindSaysSo()
    {
        var closed = new OperatorCluster(RunnerScript.Task("make"), kinds: [TaskKind.RunTraining]);
        closed.Assign(new AllPeers());
        Assert.Empty(closed.Works);
        var run = closed.Fold(closed.Runner.A).Run!;
        Assert.Equal(WorkState.Failed, run.State);
        Assert.All(run.Work.Values, report => Assert.Equal(
            (WorkState.Refused,
                "This node carries out no task of the kind prepare-content; its owner decides that, under 'tasks.accept' in node.yaml."),
                (report.State, report.Description)));
        Assert.Equal(3, closed.Entries.Count(entry => entry.Kind == nameof(Decline)));
    }

    [Fact]
    public void WhoIsNoOperatorTakesNoPart()
    {
        cluster.Admin(new RemoveOperator(A));
        cluster.Assign(new AllPeers());
        Assert.DoesNotContain(A, cluster.Works.Keys);
    }

    [Fact]
    public void TheNoteIsOnDiskBeforeTheWorkBegins()
    {
        SaveRecord? note = null;
        cluster.HoldBack =
            (node, effect) => node == A && effect is SaveRecord { Record.Key: "runner/work" } save && (note = save) is not null;
        cluster.Assign(new AllPeers());
        Assert.DoesNotContain(A, cluster.Works.Keys);
        Assert.Equal(1, RunnerRecord.Decode(note!.Record.Value.AsSpan()).Run);
        cluster.HoldBack = (_, _) => false;
        cluster.Give(A, new Saved(note.Id));
        Assert.Contains(A, cluster.Works.Keys);
    }

    [Fact]
    public void ANoteThatCannotBeSavedIsTriedAgain()
    {
        var refused = new List<OperationId>();
        cluster.HoldBack = (node, effect) =>
        {
            if (node != A || effect is not SaveRecord { Record.Key: "runner/work" } save || refused.Count == 2)
                return false;
            refused.Add(save.Id);
            return true;
        };
        cluster.Assign(new AllPeers());
        for (var times = 1; times <= 2; times++)
        {
            cluster.Give(A, new SaveFailed(refused[^1], "full"));
            Assert.DoesNotContain(A, cluster.Works.Keys);
            cluster.Pass(TimeSpan.FromSeconds(2));
        }

        Assert.Equal(1, cluster.Works[A].Attempt);
        Assert.Contains(cluster.Events(A), what => what is Trouble);
    }

    [Fact]
    public void ASaveThatEndsAfterItsRunStartsNothing()
    {
        (SaveRecord? note, ReadLedger? read) = (null, null);
        cluster.HoldBack = (node, effect) =>
            node == A && ((note is null && effect is SaveRecord { Record.Key: "runner/work" } && (note = (SaveRecord)effect) is not null)
            || (note is not null && effect is ReadLedger && (read = (ReadLedger)effect) is not null));
        cluster.Assign(new OnePeer(A));
        cluster.AppendAll(new WriteTask(RunnerScript.Task("other"), Replaces: false), new FinaliseTask(RunnerScript.Name("other")),
            new CancelRun(1, ""),
            new AssignTask(RunnerScript.Name("other"), new OnePeer(A)), new CancelRun(2, ""));
        // The node has not caught up, so that it gives nothing up yet; but it knows of the next run.
        cluster.Give(A, new LedgerRead(read!.Id, cluster.Page(read.From, leave: 1)));
        Assert.Equal((2L, WorkStage.Noting), (cluster.Fold(A).Run!.Number, cluster.Part(A).Work!.Stage));
        cluster.Give(A, new Saved(note!.Id));
        Assert.Empty(cluster.Works);
    }

    [Fact]
    public void WorkIsGivenUpWhenItsRunIsCancelled()
    {
        cluster.Assign(new AllPeers());
        cluster.Admin(new CancelRun(1, "enough"));
        Assert.Empty(cluster.Works);
        Assert.All(cluster.Runner.Operators, node => Assert.Null(cluster.Part(node).Work));
    }

    [Fact]
    public void WorkIsGivenUpByWhoIsExpelledAndGoesOnWithTheOthers()
    {
        cluster.Assign(new AllPeers());
        cluster.Admin(new RemoveOperator(A));
        Assert.Equal(cluster.Runner.Operators.Remove(A), cluster.Works.Keys);
    }

    [Fact]
    public void ACompletionThatComesTooLateIsIgnored()
    {
        cluster.Assign(new AllPeers());
        var late = cluster.Works[A];
        cluster.Admin(new CancelRun(1, ""));
        cluster.Admin(new AssignTask(Make, new AllPeers()));
        cluster.Give(A, new WorkProgressed(late.Id, RunnerScript.Report(WorkState.Running, "late")));
        cluster.Give(A, new WorkEnded(late.Id, RunnerScript.Report(WorkState.Failed)));
        cluster.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(WorkReport.Enlisted, cluster.Fold(A).Run!.Work[A]);
        Assert.Equal((2L, 1), (cluster.Works[A].Run, cluster.Works[A].Attempt));
    }

    [Fact]
    public void NewsIsToldButNotTooOftenAndTheLastWordAtOnce()
    {
        cluster.Assign(new AllPeers());
        foreach (var news in (string[])["one", "two", "three"])
            cluster.Give(A, new WorkProgressed(cluster.Works[A].Id, RunnerScript.Report(WorkState.Running, news)));
        Assert.Equal("one", cluster.Told(A).Description);
        cluster.Pass(Operator.ReportInterval - TimeSpan.FromSeconds(1));
        Assert.Equal("one", cluster.Told(A).Description);
        cluster.Pass(TimeSpan.FromSeconds(2));
        Assert.Equal("three", cluster.Told(A).Description);
        cluster.Give(A, new WorkProgressed(cluster.Works[A].Id, RunnerScript.Report(WorkState.Running, "four")));
        cluster.End(A, WorkState.Complete);
        Assert.Equal(WorkState.Complete, cluster.Told(A).State);
    }

    [Fact]
    public void WhatWorkSaysIsClippedToWhatTheFoldTakes()
    {
        cluster.Assign(new AllPeers());
        var report = new WorkReport(WorkState.Failed, new string('ä', WorkReport.MaxDescriptionBytes), null, WorkUsage.None,
            new string('b', WorkReport.MaxOutputBytes) + "end");
        cluster.Give(A, new WorkProgressed(cluster.Works[A].Id, report with { State = WorkState.Complete }));
        Assert.Equal(WorkState.Running, cluster.Told(A).State);
        Assert.Equal(WorkReport.MaxDescriptionBytes / 2, cluster.Told(A).Description.Length);
        Assert.EndsWith("bend", cluster.Told(A).Output, StringComparison.Ordinal);
        cluster.Give(A, new WorkEnded(cluster.Works[A].Id, report));
        Assert.Equal(WorkState.Failed, cluster.Told(A).State);
    }

    [Fact]
    public void AnEndThatIsNoneStopsTheNode()
    {
        cluster.Assign(new AllPeers());
        Assert.Throws<InvalidOperationException>(
            () => cluster.Give(A, new WorkEnded(cluster.Works[A].Id, RunnerScript.Report(WorkState.Running))));
    }

    [Fact]
    public void AnAdminHasAnOperatorTryAgainAsOftenAsItLikes()
    {
        cluster.Assign(new AllPeers());
        for (var tries = 0; tries < Operator.MaxAttempts + 2; tries++)
        {
            Assert.Equal(1, cluster.Works[A].Attempt);
            cluster.End(A, WorkState.Failed);
            cluster.Admin(new AssignTask(Make, new OnePeer(A)));
        }

        cluster.End(A, WorkState.Complete);
        Assert.Equal(WorkState.Complete, cluster.Told(A).State);
    }

    [Fact]
    public void WorkThatGetsSomewhereMayBeInterruptedAsOftenAsItLikes()
    {
        cluster.Assign(new AllPeers());
        for (var interruption = 0; interruption < Operator.MaxAttempts + 2; interruption++)
        {
            Assert.Equal(1, cluster.Works[A].Attempt);
            cluster.Give(A,
                new WorkProgressed(cluster.Works[A].Id,
                    RunnerScript.Report(WorkState.Running) with { Description = $"step {interruption}" }));
            cluster.Restart(A);
        }

        cluster.End(A, WorkState.Complete);
        Assert.Equal(WorkState.Complete, cluster.Told(A).State);
    }

    [Fact]
    public void WorkThatKillsItsNodeFailsInTheEnd()
    {
        cluster.Assign(new AllPeers());
        for (var attempt = 1; attempt <= Operator.MaxAttempts; attempt++)
        {
            Assert.Equal(attempt, cluster.Works[A].Attempt);
            cluster.Restart(A);
        }

        Assert.Equal(WorkState.Failed, cluster.Told(A).State);
        Assert.Contains($"died {Operator.MaxAttempts} times", cluster.Told(A).Description, StringComparison.Ordinal);
        cluster.Admin(new CancelRun(1, ""));
        cluster.Admin(new AssignTask(Make, new AllPeers()));
        Assert.Equal((2L, 1), (cluster.Works[A].Run, cluster.Works[A].Attempt));
    }

    [Fact]
    public void ANodeMayDieBetweenAnyTwoEffects()
    {
        for (var death = 1; ; death++)
        {
            var (torn, left) = (new OperatorCluster(RunnerScript.Task("make")), death);
            torn.DiesBefore = (node, _) => node == torn.Runner.A && --left == 0;
            torn.Assign(new AllPeers());
            Carry(torn);
            if (left > 0)
            {
                Assert.InRange(death, 25, 200);
                return;
            }

            torn.Restart(torn.Runner.A);
            Carry(torn);
            Assert.Equal(WorkState.Complete, torn.Fold(torn.Runner.B).Run?.State);
            var words = torn.Entries.Where(entry => entry.Author == torn.Runner.A).Select(entry => entry.Kind).ToArray();
            Assert.Equal([nameof(Enlist), nameof(ReportWork)], words);
        }

        static void Carry(OperatorCluster torn)
        {
            torn.Pass(TimeSpan.FromSeconds(5));
            foreach (var node in torn.Works.Keys.ToArray())
                torn.End(node, WorkState.Complete);
            torn.Pass(TimeSpan.FromSeconds(5));
        }
    }

    [Fact]
    public void WhoLostItsDiskSaysSoAndBeginsAnew()
    {
        cluster.Assign(new AllPeers());
        cluster.Wipe(A);
        cluster.Restart(A);
        cluster.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(2, cluster.Fold(A).Authors[A].Incarnation);
        Assert.All(cluster.Runner.Operators,
            node =>
                Assert.Equal(new Rejoining(cluster.Fold(A).Contract, A, 2),
                    Assert.Single(cluster.Events(node), what => what is Rejoining)));
        Assert.Equal((1L, 1), (cluster.Works[A].Run, cluster.Works[A].Attempt));
        cluster.End(A, WorkState.Complete);
        Assert.Equal(WorkState.Complete, cluster.Told(A).State);
    }

    [Fact]
    public void WhoWasExpelledAndLostItsDiskSaysSoOnce()
    {
        cluster.Assign(new AllPeers());
        cluster.Admin(new RemoveOperator(A));
        cluster.Wipe(A);
        cluster.Restart(A);
        cluster.Pass(TimeSpan.FromMinutes(2));
        Assert.Single(cluster.Entries, entry => entry.Author == A && entry.Kind == nameof(RejoinRunner));
    }

    [Fact]
    public void AnEntryOfAnOldDiskIsSettledBeforeTheWorkBegins()
    {
        var sent = 0;
        cluster.HoldBack = (node, effect) => node == A && effect is AppendEntry && sent++ >= 0;
        cluster.Assign(new AllPeers());
        Assert.DoesNotContain(A, cluster.Works.Keys);
        cluster.HoldBack = (_, _) => false;
        cluster.Restart(A);
        Assert.Equal(OutboxStage.Idle, cluster.Part(A).Outbox.Stage);
        Assert.Equal(1, cluster.Works[A].Attempt);
    }
}
