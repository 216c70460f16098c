using System.Collections.Immutable;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Tasks;
using Starling.Core.Tests.Training;

namespace Starling.Core.Tests.Tasks;

/// <summary>A task runner with an admin and the operators A, B, C, ..., to which a test appends entries one after another.</summary>
internal sealed class RunnerScript
{
    public static readonly NodeId Admin = ContractScript.Admin;
    public static readonly NodeId Stranger = NodeId.Create("test", "street", "x");

    private readonly SortedDictionary<NodeId, (long Incarnation, long Sequence)> sequences = [];

    public RunnerScript(int operators = 3, Func<FoundRunner, FoundRunner>? change = null, Func<EntryBody, EntryBody>? changeBody = null,
        PublicKey? key = null)
    {
        Operators = [.. Enumerable.Range(0, operators).Select(ContractScript.Member)];
        Founding =
            new FoundRunner(PlainCertifier.Anchors, [ContractScript.Enrolment(Admin)], [.. Operators.Select(ContractScript.Enrolment)]);
        Founding = change?.Invoke(Founding) ?? Founding;
        var contract = ContractId.Parse("runner");
        var body = new EntryBody(contract, 0, Admin, 1, 1, RunnerState.FoldVersion, 0, ChainHash.Start(contract),
            RunnerEntryCodec.Encode(Founding));
        First = ContractScript.Signed(changeBody?.Invoke(body) ?? body, key);
        State = RunnerState.Empty(contract, First.Id);
    }

    public ImmutableArray<NodeId> Operators { get; }

    public FoundRunner Founding { get; }

    public SignedEntry First { get; }

    public RunnerState State { get; private set; }

    public RunState Run => State.Run!;

    public NodeId A => Operators[0];

    public NodeId B => Operators[1];

    public NodeId C => Operators[2];

    /// <summary>The task runner after its entry 0.</summary>
    public static RunnerScript Begun(int operators = 3)
    {
        var script = new RunnerScript(operators);
        Assert.Equal(Refusal.None, script.Fold(script.First));
        return script;
    }

    public static TaskName Name(string name) => TaskName.Parse(name);

    public static TaskDefinition Task(string name, string prerequisite = "") => new(
        Name(name), TaskKind.PrepareContent, "somebody", prerequisite.Length == 0 ? default : Name(prerequisite), "content", null,
        "program: make");

    /// <summary>A task that trains under a contract.</summary>
    public static TaskDefinition Training(string name, ContractReference contract) =>
        Task(name) with { Kind = TaskKind.RunTraining, Training = contract };

    public static WorkReport Report(WorkState state, string description = "so it is") =>
        new(state, description, 0, new WorkUsage(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1), 1024), "the end of it");

    /// <summary>Appends an entry of an author with its next sequence number.</summary>
    public Refusal Append(NodeId author, RunnerEntry entry, Func<EntryBody, EntryBody>? change = null) => Fold(Next(author, entry, change));

    /// <summary>The author's next entry, not appended yet.</summary>
    public SignedEntry Next(NodeId author, RunnerEntry entry, Func<EntryBody, EntryBody>? change = null)
    {
        var (incarnation, sequence) = sequences.GetValueOrDefault(author, (1, author == Admin ? 1 : 0));
        if (entry is RejoinRunner)
            (incarnation, sequence) = (incarnation + 1, 0);
        var body = new EntryBody(State.Contract, State.Epoch, author, incarnation, sequence + 1, State.RulesVersion,
            State.Height, State.ChainHash, RunnerEntryCodec.Encode(entry));
        body = change?.Invoke(body) ?? body;
        sequences[author] = (body.Incarnation, body.Sequence);
        return ContractScript.Signed(body);
    }

    public Refusal Fold(SignedEntry entry, bool signatureValid = true)
    {
        var result = RunnerFold.Apply(State, new VerifiedEntry(entry, signatureValid), ContractScript.Certifier);
        State = result.State;
        return result.Refusal;
    }

    public RunnerScript Accept(NodeId author, RunnerEntry entry)
    {
        Assert.Equal(Refusal.None, Append(author, entry));
        return this;
    }

    /// <summary>An admin has written these tasks and made them final.</summary>
    public RunnerScript Written(params TaskDefinition[] tasks)
    {
        foreach (var task in tasks)
            Accept(Admin, new WriteTask(task, Replaces: false)).Accept(Admin, new FinaliseTask(task.Name));
        return this;
    }

    /// <summary>The task "make" is there, and goes on.</summary>
    public RunnerScript Assigned(Placement placement) => Written(Task("make")).Accept(Admin, new AssignTask(Name("make"), placement));

    /// <summary>These operators take part in the run that goes on.</summary>
    public RunnerScript Enlisted(params NodeId[] operators)
    {
        foreach (var node in operators)
            Accept(node, new Enlist(Run.Number));
        return this;
    }

    /// <summary>These operators do not carry the task out.</summary>
    public RunnerScript Declined(params NodeId[] operators)
    {
        foreach (var node in operators)
            Accept(node, new Decline(Run.Number, "it is not done here"));
        return this;
    }

    /// <summary>These operators say how their work stands.</summary>
    public RunnerScript Reported(WorkState state, params NodeId[] operators)
    {
        foreach (var node in operators)
            Accept(node, new ReportWork(Run.Number, Report(state)));
        return this;
    }
}
