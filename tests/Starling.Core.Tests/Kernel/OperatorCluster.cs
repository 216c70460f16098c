using System.Collections.Immutable;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Tasks;
using Starling.Core.Tasks.Operating;
using Starling.Core.Tests.Tasks;
using Starling.Core.Tests.Training;

namespace Starling.Core.Tests.Kernel;

/// <summary>Nodes that follow a task runner with one final task, and its admin.</summary>
internal sealed class OperatorCluster
{
    private readonly KernelCluster cluster;
    private readonly TaskName task;

    public OperatorCluster(TaskDefinition task, ImmutableSortedSet<TaskKind>? kinds = null, ContractScript? training = null,
        int operators = 3)
    {
        this.task = task.Name;
        Runner = RunnerScript.Begun(operators);
        cluster = new KernelCluster(training ?? ContractScript.Begun(),
            Runner)
        { Kinds = kinds ?? [TaskKind.RunTraining, TaskKind.PrepareContent] };
        AppendAll(new WriteTask(task, Replaces: false), new FinaliseTask(task.Name));
        cluster.Start([.. Runner.Operators]);
    }

    public RunnerScript Runner { get; }

    public KernelCluster Nodes => cluster;

    public SortedDictionary<NodeId, StartWork> Works => cluster.Works;

    public Func<NodeId, Effect, bool> HoldBack
    {
        set => cluster.HoldBack = value;
    }

    public Func<NodeId, Effect, bool> DiesBefore
    {
        set => cluster.DiesBefore = value;
    }

    /// <summary>Who said what, in the order of the ledger.</summary>
    public IEnumerable<(NodeId Author, string Kind)> Entries =>
        cluster.RunnerLedger.Select(entry => (entry.Entry.Body.Author, RunnerEntryCodec.Decode(entry.Entry.Body.Payload).GetType().Name));

    public RunnerPart Part(NodeId node) => cluster[node].Runners.Values.Single();

    public RunnerState Fold(NodeId node) => Part(node).Fold;

    /// <summary>The latest word of an operator, as another has read it.</summary>
    public WorkReport Told(NodeId node) => Fold(Runner.Operators[^1]).Run!.Work[node];

    /// <summary>What a read shows of the ledger, but for so many of its last entries.</summary>
    public LedgerPage Page(long from, int leave) =>
        new(Runner.State.Contract, from, [.. cluster.RunnerLedger.Skip((int)from).SkipLast(leave)], cluster.RunnerLedger.Count);

    public IEnumerable<NodeEvent> Events(NodeId node) => cluster.Events(node);

    public void Assign(Placement placement) => Admin(new AssignTask(task, placement));

    /// <summary>The admin appends an entry.</summary>
    public void Admin(RunnerEntry entry) => AppendAll(entry);

    /// <summary>The admin appends entries one after another.</summary>
    public void AppendAll(params RunnerEntry[] entries)
    {
        foreach (var entry in entries)
        {
            // The script learns first what the nodes have appended meanwhile: its entries name the history that they follow.
            foreach (var known in cluster.RunnerLedger.Skip((int)Runner.State.Height).ToArray())
                Runner.Fold(known.Entry);
            var next = Runner.Next(RunnerScript.Admin, entry);
            Assert.Equal(Refusal.None, Runner.Fold(next));
            cluster.Append(next);
        }
    }

    public void End(NodeId node, WorkState state)
    {
        var work = Works[node];
        Works.Remove(node);
        Give(node, new WorkEnded(work.Id, RunnerScript.Report(state)));
    }

    public void Give(NodeId node, Input input) => cluster.Give(node, input);

    public void Pass(TimeSpan span) => cluster.Pass(span);

    public void Wipe(NodeId node) => cluster.Wipe(node);

    public void Restart(NodeId node)
    {
        cluster.Kill(node);
        cluster.Start(node);
    }
}
