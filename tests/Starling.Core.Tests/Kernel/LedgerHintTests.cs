using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Tests.Training;

namespace Starling.Core.Tests.Kernel;

/// <summary>What a node makes of being told that the ledger has grown.</summary>
public sealed class LedgerHintTests
{
    private readonly KernelCluster cluster = new(ContractScript.Begun(3));
    private readonly ContractId contract;
    private readonly NodeId node, peer;
    private readonly long height;

    public LedgerHintTests()
    {
        (contract, node, peer) = (cluster.Contract.State.Contract, cluster.Contract.A, cluster.Contract.Members.Last());
        cluster.Start([.. cluster.Contract.Members]);
        height = cluster.Fold(node).Height;
    }

    [Fact]
    public void News_is_read_at_once() => Assert.Single(Step(cluster[node], Hint(height + 1)).Effects.OfType<ReadLedger>());

    [Fact]
    public void What_is_known_changes_nothing()
    {
        var before = cluster[node];
        var after = Step(before, Hint(height));
        Assert.Same(before, after.State);
        Assert.Empty(after.Effects);
    }

    [Fact]
    public void News_that_comes_while_the_node_reads_is_read_after_it()
    {
        var reading = Step(cluster[node], Hint(height + 1)).State;
        var told = Step(reading, Hint(height + 2)).State;
        Assert.True(told.Contracts[contract].Reading.ReadAgain);
        Assert.Same(told, Step(told, new LedgerChanged(contract)).State);
    }

    /// <summary>Red if a peer that promises what is not there has the node read without a pause, or if a promise is forgotten.</summary>
    [Fact]
    public void After_a_promise_that_was_not_kept_the_next_one_waits()
    {
        var rare = cluster[node] with { Options = cluster[node].Options with { ReadInterval = TimeSpan.FromHours(1) } };
        var asked = Step(rare, Hint(long.MaxValue));
        var read = Assert.Single(asked.Effects.OfType<ReadLedger>());
        var answered = Step(asked.State, new LedgerRead(read.Id, new LedgerPage(contract, read.From, [cluster.Ledger[^1]], height))).State;
        var again = Step(answered, Hint(long.MaxValue));
        Assert.Empty(again.Effects.OfType<ReadLedger>());
        Assert.Single(Step(again.State, new LedgerChanged(contract)).Effects.OfType<ReadLedger>());
        var (due, poll) = (again.State.WakeAt, again.State.Options.PollInterval);
        Assert.True(due <= cluster.Now + poll);
        Assert.Single(NodeKernel.Step(again.State, new Woke(), cluster.Now + poll, new SeededRandom(1)).Effects.OfType<ReadLedger>());
    }

    [Fact]
    public void What_is_due_is_done_whatever_is_told()
    {
        var before = cluster[node];
        Assert.NotEqual(Instant.Never, before.WakeAt);
        Assert.NotEmpty(NodeKernel.Step(before, Hint(height), before.WakeAt, new SeededRandom(1)).Effects);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Peers_are_told_of_an_entry_unless_the_backend_tells_them(bool hints)
    {
        AppendEntry? append = null;
        cluster.HoldBack = (_, effect) => effect is AppendEntry entry && (append = entry) is not null;
        cluster.Train(node);
        var before = cluster[node] with { Options = cluster[node].Options with { HintsPeers = hints } };
        var told = Step(before, new AppendDone(append!.Id, AppendOutcome.Appended)).Effects.OfType<Send>();
        Assert.Equal(hints ? 2 : 0, told.Count());
    }

    private PeerMessageArrived Hint(long known) => new(peer, new LedgerHint(contract, known));

    private StepResult Step(NodeState state, Input input) => NodeKernel.Step(state, input, cluster.Now, new SeededRandom(1));
}
