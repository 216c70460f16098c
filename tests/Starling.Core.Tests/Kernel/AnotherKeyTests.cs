using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Tasks;
using Starling.Core.Tests.Tasks;
using Starling.Core.Tests.Training;

namespace Starling.Core.Tests.Kernel;

/// <summary>Nodes whose key is not the one that was enrolled with their name: nothing that they sign will ever count.</summary>
public sealed class AnotherKeyTests
{
    private static readonly PublicKey Another = new([.. "another"u8]);

    /// <summary>
    /// Red if such a node asks to join again without end, since its disk lacks what the ledger shows of its name, or if it trains where
    /// nothing is asked of the ledger.
    /// </summary>
    [Theory]
    [InlineData("leader")]
    [InlineData("gossip")]
    public void WhoseNameIsEnrolledWithAnotherKeyAppendsNothingAndSaysSoOnce(string protocol)
    {
        var contract = new ContractScript(change: found => found with { Settings = found.Settings with { Protocol = protocol } });
        Assert.Equal(Refusal.None, contract.Fold(contract.First));
        var cluster = new KernelCluster(contract);
        var a = cluster.Contract.A;
        cluster.Start([.. cluster.Contract.Members]);
        cluster.Train([.. cluster.Contract.Members]);
        cluster.Kill(a);
        cluster.Wipe(a);
        cluster.Keys = node => node == a ? Another : PlainCertifier.KeyOf(node);
        var signed = 0;
        cluster.HoldBack = (node, effect) => node == a && effect is Sign && ++signed > 0;
        cluster.Start(a);
        cluster.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(0, signed);
        Assert.Null(cluster.Assigned(a));
        Assert.Contains($"knows {a} by another key", Assert.Single(cluster.Events(a).OfType<Trouble>()).What, StringComparison.Ordinal);
        // Told again when the node starts again, by its mirror.
        cluster.Kill(a);
        cluster.Start(a);
        Assert.Single(cluster.Events(a).OfType<Trouble>());
        Assert.False(cluster[a].Contracts.Values.Single().IsRejoining(cluster[a].Self));
    }

    /// <summary>Red if the last entry under the old key, which the ledger has, is sent again for ever.</summary>
    [Fact]
    public void AnEntryUnderTheOldKeyIsSettledWhenItIsRead()
    {
        var cluster = new KernelCluster(ContractScript.Begun(3));
        var a = cluster.Contract.A;
        SignedEntry? sent = null;
        cluster.HoldBack = (node, effect) => node == a && effect is AppendEntry append && (sent = append.Entry) is not null;
        cluster.Start([.. cluster.Contract.Members]);
        cluster.Train(a);
        cluster.Kill(a);
        cluster.Append(sent!);
        cluster.Keys = node => node == a ? Another : PlainCertifier.KeyOf(node);
        cluster.Start(a);
        Assert.Equal(OutboxStage.Idle, cluster[a].Contracts.Values.Single().Outbox.Stage);
        Assert.Equal(1, cluster[a].Contracts.Values.Single().Outbox.Sequence);
    }

    /// <summary>Red if such an operator enlists, declines or reports: all of that is refused, and proposed again at once.</summary>
    [Fact]
    public void AnOperatorWithAnotherKeyTakesNoPart()
    {
        var cluster = new OperatorCluster(RunnerScript.Task("make"));
        var a = cluster.Runner.A;
        cluster.Nodes.Kill(a);
        cluster.Nodes.Keys = node => node == a ? Another : PlainCertifier.KeyOf(node);
        var signed = 0;
        cluster.HoldBack = (node, effect) => node == a && effect is Sign && ++signed > 0;
        cluster.Nodes.Start(a);
        cluster.Assign(new AllPeers());
        Assert.Equal(0, signed);
        Assert.DoesNotContain(a, cluster.Works.Keys);
        Assert.Single(cluster.Nodes.Events(a).OfType<Trouble>());
    }
}
