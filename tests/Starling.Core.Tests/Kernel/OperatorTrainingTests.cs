using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Tasks;
using Starling.Core.Tests.Tasks;
using Starling.Core.Tests.Training;

namespace Starling.Core.Tests.Kernel;

/// <summary>A task makes its operators follow a training contract, and a restart does not make them forget it.</summary>
public sealed class OperatorTrainingTests
{
    private readonly ContractScript training = ContractScript.Begun();
    private readonly OperatorCluster cluster;

    public OperatorTrainingTests() =>
        cluster = new OperatorCluster(RunnerScript.Training("train", Reference(training)), training: training);

    private NodeId A => cluster.Runner.A;

    [Fact]
    public void AnOperatorTrainsUnderTheContractThatItsTaskNames()
    {
        Assert.All(cluster.Runner.Operators, node => Assert.Empty(cluster.Nodes[node].Contracts));
        cluster.Assign(new AllPeers());
        cluster.Nodes.Train([.. cluster.Runner.Operators]);
        cluster.Pass(TimeSpan.FromSeconds(5));
        Assert.All(cluster.Runner.Operators, node => Assert.Equal(2, cluster.Nodes.Fold(node).Round!.Round));
    }

    [Fact]
    public void ItFollowsTheContractAfterARestartAndWhenItsRunIsOver()
    {
        cluster.Assign(new AllPeers());
        cluster.Nodes.Train(A);
        cluster.Restart(A);
        Assert.Equal(2, cluster.Works[A].Attempt);
        Assert.Equal([training.State.Contract], cluster.Nodes[A].Contracts.Keys);
        Assert.Equal(cluster.Nodes.Fold(cluster.Runner.B).Height, cluster.Nodes.Fold(A).Height);
        cluster.Admin(new CancelRun(1, ""));
        cluster.Restart(A);
        cluster.Nodes.Train([.. cluster.Runner.Operators.Remove(A)]);
        cluster.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(2, cluster.Nodes.Fold(A).Round!.Round);
    }

    [Fact]
    public void ALostDiskIsToldOfInBothContracts()
    {
        cluster.Assign(new AllPeers());
        cluster.Nodes.Train(A);
        cluster.Wipe(A);
        cluster.Restart(A);
        cluster.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(2, cluster.Fold(A).Authors[A].Incarnation);
        Assert.Equal(2, cluster.Nodes.Fold(A).Authors[A].Incarnation);
        cluster.Nodes.Train([.. cluster.Runner.Operators.Remove(A)]);
        cluster.Pass(TimeSpan.FromMinutes(3));
        Assert.Equal(2, cluster.Nodes.Fold(A).Round!.Round);
    }

    [Fact]
    public void AContractOfAKnownNameWithAnotherFoundingFailsTheWork()
    {
        cluster.Assign(new AllPeers());
        cluster.Admin(new CancelRun(1, ""));
        var other = RunnerScript.Training("other", Reference(training) with { Founding = new EntryId(Digest.Of("other"u8)) });
        cluster.AppendAll(new WriteTask(other, Replaces: false), new FinaliseTask(other.Name), new AssignTask(other.Name, new AllPeers()));
        Assert.Empty(cluster.Works);
        Assert.Equal(WorkState.Failed, cluster.Fold(A).Run!.State);
        Assert.Contains("another contract of the name test", cluster.Told(A).Description, StringComparison.Ordinal);
        Assert.Equal(Reference(training), cluster.Nodes[A].Contracts.Values.Single().Reference);
    }

    /// <summary>
    /// Red if an admin stops its operators for good by a task whose training they do not know, or if its run waits for them.
    /// </summary>
    [Fact]
    public void ATrainingThatIsSetAsideFailsItsWorkAndNoOther()
    {
        var strange = new ContractScript(change: f => f with { Settings = f.Settings with { Protocol = "hearsay" } });
        var nodes = new OperatorCluster(RunnerScript.Training("train", Reference(strange)), training: strange);
        nodes.Assign(new AllPeers());
        Assert.Empty(nodes.Works);
        Assert.Equal(WorkState.Failed, nodes.Fold(nodes.Runner.A).Run!.State);
        Assert.Contains("'hearsay'", nodes.Fold(nodes.Runner.A).Run!.Reason, StringComparison.Ordinal);
        foreach (var node in nodes.Runner.Operators)
            nodes.Restart(node);
        nodes.Assign(new AllPeers());
        Assert.Equal((2, WorkState.Failed), (nodes.Fold(nodes.Runner.A).Run!.Number, nodes.Fold(nodes.Runner.A).Run!.State));
        var make = RunnerScript.Task("make");
        nodes.AppendAll(new WriteTask(make, Replaces: false), new FinaliseTask(make.Name), new AssignTask(make.Name, new AllPeers()));
        foreach (var node in nodes.Runner.Operators)
            nodes.End(node, WorkState.Complete);
        Assert.Equal(WorkState.Complete, nodes.Fold(nodes.Runner.A).Run!.State);
    }

    [Fact]
    public void ARunOfATask()
    {
        var written = new OperatorCluster(RunnerScript.Training("train", Reference(training)), training: training, operators: 2);
        written.Nodes.Watched = written.Runner.A;
        written.Assign(new AllPeers());
        written.Give(written.Runner.A,
            new WorkProgressed(written.Works[written.Runner.A].Id, RunnerScript.Report(WorkState.Running, "trains round 1")));
        foreach (var node in written.Runner.Operators)
            written.End(node, WorkState.Complete);
        Assert.Equal(WorkState.Complete, written.Fold(written.Runner.A).Run!.State);
        GoldenFile.Check("task.txt", written.Nodes.Transcript);
    }

    private static ContractReference Reference(ContractScript contract) => new(contract.State.Contract, contract.First.Id);
}
