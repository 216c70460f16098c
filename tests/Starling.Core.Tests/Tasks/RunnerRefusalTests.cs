using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Tasks;
using Starling.Core.Tests.Training;

namespace Starling.Core.Tests.Tasks;

/// <summary>
/// Every refusal of a task runner's fold has an entry here that needs it: without the check, the entry would pass or
/// be refused by another name.
/// </summary>
public sealed class RunnerRefusalTests
{
    private static readonly NodeId Admin = RunnerScript.Admin;
    private static readonly NodeId Stranger = RunnerScript.Stranger;
    private static readonly TaskName Make = RunnerScript.Name("make");

    [Fact]
    public void Duplicate()
    {
        var s = RunnerScript.Begun().Assigned(new AllPeers());
        var entry = s.Next(s.A, new Enlist(1));
        Assert.Equal(Refusal.None, s.Fold(entry));
        Assert.Equal(Refusal.Duplicate, s.Fold(entry));
    }

    [Fact]
    public void BadSignatureOrWrongKeySaysNothingOfItsAuthor()
    {
        var s = RunnerScript.Begun().Assigned(new AllPeers());
        var entry = s.Next(s.A, new Enlist(1));
        Assert.Equal(Refusal.BadSignature, s.Fold(entry, signatureValid: false));
        Assert.Equal(Refusal.WrongKey, s.Fold(new SignedEntry([.. entry.BodyBytes], PlainCertifier.KeyOf(s.B), [1])));
        Assert.Equal(Refusal.None, s.Fold(entry));
    }

    [Fact]
    public void NotFounded()
    {
        var s = new RunnerScript();
        Assert.Equal(Refusal.NotFounded, s.Fold(ContractScript.Signed(s.First.Body with { Sequence = 9 })));
        Assert.False(s.State.IsFounded);
        Assert.Equal(Refusal.None, s.Fold(s.First));
        var training = new ContractScript();
        var other = RunnerState.Empty(training.State.Contract, training.First.Id);
        Assert.Equal(Refusal.NotFounded,
            RunnerFold.Apply(other, new VerifiedEntry(training.First, true), ContractScript.Certifier).Refusal);
    }

    [Fact]
    public void AFoundingThatIsAnnouncedMayStillBeRefused()
    {
        Assert.Equal(Refusal.WrongFoldVersion,
            First(new RunnerScript(changeBody: b => b with { FoldVersion = RunnerState.FoldVersion + 1 })));
        Assert.Equal(Refusal.WrongFoldVersion,
            First(new RunnerScript(changeBody: b => b with { FoldVersion = RunnerState.OldestFoldVersion - 1 })));
        Assert.Equal(Refusal.NotPermitted, First(new RunnerScript(changeBody: b => b with { Author = ContractScript.Member(0) })));
        Assert.Equal(Refusal.WrongKey, First(new RunnerScript(key: PlainCertifier.KeyOf(Stranger))));
        Assert.Equal(Refusal.AlreadyMember, First(new RunnerScript(change: f => f with { Operators = [.. f.Operators, f.Operators[0]] })));
        Assert.Equal(Refusal.AlreadyMember,
            First(new RunnerScript(change: f => f with { Operators = [.. f.Operators, f.Admins[0], f.Admins[0]] })));
        Assert.Equal(Refusal.UntrustedCertificate, First(new RunnerScript(change: f => f with { Anchors = [[1]] })));
        Assert.Equal(Refusal.NotPermitted, First(new RunnerScript(change: f => f with { Anchors = [], Admins = [], Operators = [] })));

        static Refusal First(RunnerScript s)
        {
            var refusal = s.Fold(s.First);
            Assert.False(s.State.IsFounded);
            return refusal;
        }
    }

    /// <summary>Red if whoever sees a founding before it lands can keep its task runner from ever being founded.</summary>
    [Fact]
    public void AFoundingUnderAnotherKeySpoilsNothing()
    {
        var s = new RunnerScript();
        var state = ContractFold.Empty(s.State.Contract, s.First.Id);
        Assert.Equal(Refusal.WrongKey, Fold(new SignedEntry([.. s.First.BodyBytes], PlainCertifier.KeyOf(Stranger), [1])));
        Assert.Equal(Refusal.None, Fold(s.First));
        Assert.Equal(Refusal.Duplicate, Fold(s.First));

        Refusal Fold(SignedEntry entry)
        {
            (state, var refusal, _) = ContractFold.Apply(state, new VerifiedEntry(entry, SignatureValid: true), ContractScript.Certifier);
            return refusal;
        }
    }

    [Fact]
    public void AlreadyFounded()
    {
        var s = RunnerScript.Begun();
        Assert.Equal(Refusal.AlreadyFounded, s.Append(Admin, s.Founding));
    }

    [Fact]
    public void Deleted()
    {
        var s = RunnerScript.Begun().Assigned(new AllPeers()).Accept(Admin, new CloseRunner("over"));
        Assert.Equal(WorkState.Cancelled, s.Run.State);
        Assert.Equal(Refusal.Deleted, s.Append(s.A, new Enlist(1)));
    }

    [Fact]
    public void WhatEveryContractRefuses()
    {
        var s = RunnerScript.Begun().Assigned(new AllPeers());
        var enlist = new Enlist(1);
        Assert.Equal(Refusal.WrongFoldVersion, s.Append(s.A, enlist, b => b with { FoldVersion = RunnerState.FoldVersion + 1 }));
        Assert.Equal(Refusal.WrongEpoch, s.Append(s.A, enlist, b => b with { Epoch = 1 }));
        Assert.Equal(Refusal.ForeignChain, s.Append(s.A, enlist, b => b with { SeenHash = Digest.Of("other"u8) }));
        Assert.Equal(Refusal.ForeignChain, s.Append(s.A, enlist, b => b with { SeenHeight = 99 }));
        Assert.Equal(2, s.State.Authors[s.A].Sequence);
        Assert.Equal(Refusal.Malformed, s.Append(s.A, enlist, b => b with { Payload = new byte[] { 99 } }));
        Assert.Equal(5, s.State.Authors[s.A].Sequence);
        Assert.Equal(Refusal.SequenceUsed, s.Append(s.A, enlist, b => b with { Sequence = 5 }));
        Assert.Equal(Refusal.None, s.Append(s.A, enlist));
    }

    [Fact]
    public void OldIncarnation()
    {
        var s = RunnerScript.Begun().Assigned(new AllPeers());
        var late = s.Next(s.A, new Enlist(1));
        s.Accept(s.A, new RejoinRunner());
        Assert.Equal(Refusal.OldIncarnation, s.Fold(late));
        Assert.Equal(Refusal.OldIncarnation, s.Append(s.B, new RejoinRunner(), b => b with { Incarnation = 3 }));
    }

    [Fact]
    public void NotPermitted()
    {
        var s = RunnerScript.Begun().Assigned(new AllPeers());
        RunnerEntry[] forAdmins =
        [
            new WriteTask(RunnerScript.Task("other"), Replaces: false), new FinaliseTask(Make), new DeleteTask(Make),
            new AssignTask(Make, new AllPeers()), new CancelRun(1, ""),
            new CloseRunner("mine"), new RemoveOperator(s.B), new EnrolOperator(ContractScript.Enrolment(Stranger)),
        ];
        foreach (var entry in forAdmins)
            Assert.Equal(Refusal.NotPermitted, s.Append(s.A, entry));
        s.Accept(Admin, new RemoveOperator(s.C));
        Assert.Equal(Refusal.NotPermitted, s.Append(s.C, new EnrolOperator(ContractScript.Enrolment(s.C))));
    }

    [Fact]
    public void NotMember()
    {
        var s = RunnerScript.Begun().Assigned(new SomePeers(2));
        Assert.Equal(Refusal.NotMember, s.Append(Stranger, new Enlist(1)));
        Assert.Equal(Refusal.NotMember, s.Append(Admin, new Enlist(1)));
        s.Accept(Admin, new RemoveOperator(s.C));
        Assert.Equal(Refusal.NotMember, s.Append(s.C, new Enlist(1)));
        Assert.Equal(Refusal.NotMember, s.Append(s.C, new RejoinRunner()));
        Assert.Equal(Refusal.NotMember, s.Append(Admin, new RemoveOperator(s.C)));
        Assert.Equal(Refusal.NotMember, s.Append(Admin, new RemoveOperator(Stranger)));
        Assert.Equal(Refusal.NotMember, s.Append(Admin, new AssignTask(Make, new OnePeer(s.C))));
        s.Accept(Admin, new CancelRun(1, ""));
        Assert.Equal(Refusal.NotMember, s.Append(Admin, new AssignTask(Make, new OnePeer(Stranger))));
    }

    /// <summary>Red if who may not carry tasks out is taken in, at the founding or later, by an admin or by itself.</summary>
    [Fact]
    public void LacksRole()
    {
        const Roles Others = Roles.Learner | Roles.Ledger | Roles.Admin | Roles.Observer;
        var s = RunnerScript.Begun();
        var unfit = new EnrolOperator(ContractScript.Enrolment(Stranger, Others));
        Assert.Equal(Refusal.LacksRole, s.Append(Stranger, unfit));
        Assert.DoesNotContain(Stranger, s.State.Authors.Keys);
        Assert.Equal(Refusal.LacksRole, s.Append(Admin, unfit));
        s.Accept(Admin, new EnrolOperator(ContractScript.Enrolment(Stranger, Roles.Operator)));
        var founded = new RunnerScript(change: f => f with { Operators = [.. f.Operators, unfit.Operator] });
        Assert.Equal(Refusal.LacksRole, founded.Fold(founded.First));
        var older = new RunnerScript(change: f => f with { Operators = [.. f.Operators, unfit.Operator] },
            changeBody: b => b with { FoldVersion = 2 });
        Assert.Equal(Refusal.None, older.Fold(older.First));
    }

    [Fact]
    public void UntrustedCertificate()
    {
        var s = RunnerScript.Begun();
        var borrowed = ContractScript.Enrolment(Stranger) with { Chain = PlainCertifier.ChainOf(s.A) };
        Assert.Equal(Refusal.UntrustedCertificate, s.Append(Stranger, new EnrolOperator(borrowed)));
        Assert.Equal(Refusal.UntrustedCertificate, s.Append(Admin, new EnrolOperator(borrowed)));
        Assert.False(s.State.Authors.ContainsKey(Stranger));
    }

    [Fact]
    public void AlreadyMember()
    {
        var s = RunnerScript.Begun();
        Assert.Equal(Refusal.AlreadyMember, s.Append(s.A, new EnrolOperator(ContractScript.Enrolment(s.A))));
        s.Accept(Stranger, new EnrolOperator(ContractScript.Enrolment(Stranger)));
        Assert.Equal(Refusal.AlreadyMember, s.Append(Admin, new EnrolOperator(ContractScript.Enrolment(Stranger))));
    }

    [Fact]
    public void UnknownTask()
    {
        var s = RunnerScript.Begun();
        Assert.Equal(Refusal.UnknownTask, s.Append(Admin, new FinaliseTask(Make)));
        Assert.Equal(Refusal.UnknownTask, s.Append(Admin, new DeleteTask(Make)));
        Assert.Equal(Refusal.UnknownTask, s.Append(Admin, new AssignTask(Make, new AllPeers())));
        Assert.Equal(Refusal.UnknownTask, s.Append(Admin, new WriteTask(RunnerScript.Task("make"), Replaces: true)));
        Assert.Equal(Refusal.UnknownTask,
            s.Append(Admin, new WriteTask(RunnerScript.Task("make", prerequisite: "first"), Replaces: false)));
    }

    [Fact]
    public void TaskExists()
    {
        var s = RunnerScript.Begun().Accept(Admin, new WriteTask(RunnerScript.Task("make"), Replaces: false));
        Assert.Equal(Refusal.TaskExists, s.Append(Admin, new WriteTask(RunnerScript.Task("make"), Replaces: false)));
        s.Accept(Admin, new WriteTask(RunnerScript.Task("make") with { Body = "other" }, Replaces: true));
        Assert.Equal("other", s.State.Tasks[Make].Definition.Body);
    }

    [Fact]
    public void TaskIsFinal()
    {
        var s = RunnerScript.Begun().Written(RunnerScript.Task("make"));
        Assert.Equal(Refusal.TaskIsFinal, s.Append(Admin, new FinaliseTask(Make)));
        Assert.Equal(Refusal.TaskIsFinal, s.Append(Admin, new DeleteTask(Make)));
        Assert.Equal(Refusal.TaskIsFinal, s.Append(Admin, new WriteTask(RunnerScript.Task("make"), Replaces: true)));
    }

    [Fact]
    public void TaskNotFinal()
    {
        var s = RunnerScript.Begun().Accept(Admin, new WriteTask(RunnerScript.Task("make"), Replaces: false));
        Assert.Equal(Refusal.TaskNotFinal, s.Append(Admin, new AssignTask(Make, new AllPeers())));
    }

    [Fact]
    public void PrerequisiteOpen()
    {
        var s = RunnerScript.Begun().Written(RunnerScript.Task("first"), RunnerScript.Task("make", prerequisite: "first"));
        var assign = new AssignTask(Make, new OnePeer(s.A));
        Assert.Equal(Refusal.PrerequisiteOpen, s.Append(Admin, assign));
        var first = new AssignTask(RunnerScript.Name("first"), new OnePeer(s.A));
        s.Accept(Admin, first).Enlisted(s.A).Reported(WorkState.Failed, s.A);
        Assert.Equal(Refusal.PrerequisiteOpen, s.Append(Admin, assign));
        s.Accept(Admin, first).Enlisted(s.A).Reported(WorkState.Complete, s.A).Accept(Admin, assign);
    }

    [Fact]
    public void PrerequisiteOpenIfItWasDeleted()
    {
        var s = RunnerScript.Begun().Accept(Admin, new WriteTask(RunnerScript.Task("first"), Replaces: false))
            .Written(RunnerScript.Task("make", prerequisite: "first")).Accept(Admin, new DeleteTask(RunnerScript.Name("first")));
        Assert.Equal(Refusal.PrerequisiteOpen, s.Append(Admin, new AssignTask(Make, new AllPeers())));
    }

    [Fact]
    public void BadTask()
    {
        var s = RunnerScript.Begun();
        var training = new ContractReference(ContractId.Parse("training"), s.First.Id);
        Assert.Equal(Refusal.BadTask, Write(t => t with { Kind = (TaskKind)99 }));
        Assert.Equal(Refusal.BadTask, Write(t => t with { Training = training }));
        Assert.Equal(Refusal.BadTask, Write(t => t with { Kind = TaskKind.RunTraining }));
        Assert.Equal(Refusal.BadTask, Write(t => t with { Prerequisite = t.Name }));
        Assert.Equal(Refusal.BadTask,
            Write(t => t with { Kind = TaskKind.RunTraining, Training = training with { Contract = s.State.Contract } }));
        Assert.Equal(Refusal.None, Write(t => t with { Kind = TaskKind.RunTraining, Training = training }));

        Refusal Write(Func<TaskDefinition, TaskDefinition> change) =>
            s.Append(Admin, new WriteTask(change(RunnerScript.Task("make")), Replaces: false));
    }

    [Fact]
    public void BadTaskIsOneTooMany()
    {
        var s = RunnerScript.Begun();
        for (var i = 0; i < RunnerState.MaxTasks; i++)
            s.Accept(Admin, new WriteTask(RunnerScript.Task($"task-{i}"), Replaces: false));
        Assert.Equal(Refusal.BadTask, s.Append(Admin, new WriteTask(RunnerScript.Task("make"), Replaces: false)));
        s.Accept(Admin, new WriteTask(RunnerScript.Task("task-7"), Replaces: true));
        s.Accept(Admin, new DeleteTask(RunnerScript.Name("task-7")))
            .Accept(Admin, new WriteTask(RunnerScript.Task("make"), Replaces: false));
    }

    [Fact]
    public void RunnerBusy()
    {
        var s = RunnerScript.Begun().Written(RunnerScript.Task("other")).Assigned(new SomePeers(2))
            .Enlisted(ContractScript.Member(0), ContractScript.Member(1));
        Assert.Equal(Refusal.RunnerBusy, s.Append(Admin, new AssignTask(Make, new AllPeers())));
        Assert.Equal(Refusal.RunnerBusy, s.Append(Admin, new AssignTask(Make, new SomePeers(1))));
        Assert.Equal(Refusal.RunnerBusy, s.Append(Admin, new AssignTask(RunnerScript.Name("other"), new OnePeer(s.C))));
        Assert.Equal(Refusal.RunnerBusy, s.Append(Admin, new AssignTask(Make, new OnePeer(s.A))));
        s.Reported(WorkState.Complete, s.A);
        Assert.Equal(Refusal.RunnerBusy, s.Append(Admin, new AssignTask(Make, new OnePeer(s.A))));
        s.Accept(Admin, new AssignTask(Make, new OnePeer(s.C)));
    }

    [Fact]
    public void TooFewOperators()
    {
        var s = RunnerScript.Begun().Written(RunnerScript.Task("make"));
        Assert.Equal(Refusal.TooFewOperators, s.Append(Admin, new AssignTask(Make, new SomePeers(4))));
        Assert.Equal(Refusal.TooFewOperators, s.Append(Admin, new AssignTask(Make, new SomePeers(0))));
        Assert.Equal(Refusal.TooFewOperators, s.Append(Admin, new AssignTask(Make, new SomePeers(-1))));
        s.Accept(s.A, new RemoveOperator(s.A));
        Assert.Equal(Refusal.TooFewOperators, s.Append(Admin, new AssignTask(Make, new SomePeers(3))));
        s.Accept(Admin, new AssignTask(Make, new SomePeers(2)));
        var none = RunnerScript.Begun(operators: 0).Written(RunnerScript.Task("make"));
        Assert.Equal(Refusal.TooFewOperators, none.Append(Admin, new AssignTask(Make, new AllPeers())));
    }

    [Fact]
    public void UnknownRun()
    {
        var s = RunnerScript.Begun();
        Assert.Equal(Refusal.UnknownRun, s.Append(s.A, new Enlist(1)));
        s.Assigned(new AllPeers());
        Assert.Equal(Refusal.UnknownRun, s.Append(s.A, new Enlist(2)));
        Assert.Equal(Refusal.UnknownRun, s.Append(s.A, new ReportWork(2, RunnerScript.Report(WorkState.Complete))));
        Assert.Equal(Refusal.UnknownRun, s.Append(Admin, new CancelRun(2, "")));
        s.Enlisted(s.A).Accept(Admin, new CancelRun(1, "")).Accept(Admin, new AssignTask(Make, new AllPeers()));
        Assert.Equal(Refusal.UnknownRun, s.Append(s.A, new ReportWork(1, RunnerScript.Report(WorkState.Complete))));
        s.Accept(Admin, new CancelRun(2, ""));
        Assert.Equal(Refusal.UnknownRun, s.Append(s.B, new Enlist(2)));
        Assert.Equal(Refusal.UnknownRun, s.Append(Admin, new CancelRun(2, "")));
    }

    [Fact]
    public void RunIsFull()
    {
        var s = RunnerScript.Begun().Assigned(new SomePeers(1)).Enlisted(ContractScript.Member(0));
        Assert.Equal(Refusal.RunIsFull, s.Append(s.B, new Enlist(1)));
        s.Reported(WorkState.Failed, s.A).Enlisted(s.B).Accept(Admin, new CancelRun(1, ""))
            .Accept(Admin, new AssignTask(Make, new OnePeer(s.A)));
        Assert.Equal(Refusal.RunIsFull, s.Append(s.B, new Enlist(2)));
    }

    [Fact]
    public void RunIsFullForWhoBecameAnOperatorLater()
    {
        var s = RunnerScript.Begun().Assigned(new AllPeers()).Accept(Stranger, new EnrolOperator(ContractScript.Enrolment(Stranger)));
        Assert.Equal(Refusal.RunIsFull, s.Append(Stranger, new Enlist(1)));
    }

    [Fact]
    public void AlreadyEnlisted()
    {
        var s = RunnerScript.Begun().Assigned(new SomePeers(2)).Enlisted(ContractScript.Member(0));
        Assert.Equal(Refusal.AlreadyEnlisted, s.Append(s.A, new Enlist(1)));
        s.Reported(WorkState.Failed, s.A).Enlisted(s.B);
        Assert.Equal(Refusal.AlreadyEnlisted, s.Append(s.A, new Enlist(1)));
    }

    [Fact]
    public void NoWork()
    {
        var s = RunnerScript.Begun().Assigned(new SomePeers(2)).Enlisted(ContractScript.Member(0), ContractScript.Member(1));
        var done = new ReportWork(1, RunnerScript.Report(WorkState.Complete));
        Assert.Equal(Refusal.NoWork, s.Append(s.C, done));
        Assert.Equal(Refusal.NoWork, s.Append(Admin, done));
        s.Reported(WorkState.Failed, s.A);
        Assert.Equal(Refusal.NoWork, s.Append(s.A, done));
        s.Enlisted(s.C).Accept(Admin, new RemoveOperator(s.B));
        Assert.Equal(Refusal.NoWork, s.Append(s.B, done));
    }
}
