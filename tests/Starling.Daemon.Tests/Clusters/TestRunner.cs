using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Tasks;

namespace Starling.Daemon.Tests.Clusters;

/// <summary>An admin of a cluster's task runner, who writes to the ledger itself.</summary>
public sealed class TestRunner(Cluster cluster)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Has a task carried out and waits until that is over.</summary>
    public async Task<RunState> CarryOutAsync(string name, TaskKind kind, string outcome, string body, Placement placement,
        ContractReference? training = null)
    {
        await AssignAsync(new TaskDefinition(TaskName.Parse(name), kind, "a test", default, outcome, training, body), placement);
        while (true)
        {
            if ((await FoldAsync()).Run is { IsActive: false } run && run.Task == TaskName.Parse(name))
                return run;
            await Task.Delay(50, Cancellation);
        }
    }

    /// <summary>Writes a task, makes it final and assigns it.</summary>
    public async Task AssignAsync(TaskDefinition task, Placement placement)
    {
        foreach (var entry in (RunnerEntry[])[new WriteTask(task, Replaces: false), new FinaliseTask(task.Name),
            new AssignTask(task.Name, placement)])
            await AppendAsync(entry);
    }

    public async Task AppendAsync(RunnerEntry entry) =>
        await cluster.AppendAsync(cluster.Sign(await FoldAsync(), RunnerEntryCodec.Encode(entry)), Cancellation);

    /// <summary>The task runner as the ledger has it.</summary>
    public async Task<RunnerState> FoldAsync()
    {
        await using var ledger = cluster.OpenLedger();
        var state = RunnerState.Empty(cluster.Contract, cluster.Founding);
        while ((await ledger.ReadAsync(cluster.Contract, state.Height, LedgerPage.MaxEntries,
            Cancellation)).Entries is { IsEmpty: false } entries)
            foreach (var entry in entries)
                state = RunnerFold.Apply(state, entry, new X509Certifier()).State;
        return state;
    }
}
