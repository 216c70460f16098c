using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Tests.Training;

namespace Starling.Core.Tests.Kernel;

/// <summary>What a node tells of a ledger that does not answer.</summary>
public sealed class LedgerFailureTests
{
    /// <summary>Red if each try is told of, or if the next outage is not.</summary>
    [Fact]
    public void An_outage_is_told_of_once()
    {
        var cluster = new KernelCluster(ContractScript.Begun(3));
        var node = cluster.Contract.A;
        cluster.Start([.. cluster.Contract.Members]);
        var state = cluster[node];
        var contract = cluster.Contract.State.Contract;
        Assert.Equal([1, 0, 0], [Troubles(Failed), Troubles(Failed), Troubles(Failed)]);
        Troubles(read => new LedgerRead(read.Id, new LedgerPage(contract, read.From, [], state.Contracts[contract].Fold.Height)));
        Assert.Equal(1, Troubles(Failed));

        static Input Failed(ReadLedger read) => new LedgerReadFailed(read.Id, "no answer");

        int Troubles(Func<ReadLedger, Input> answer)
        {
            var due = state.Contracts[contract].Reading.NextRead;
            var asked = NodeKernel.Step(state, new Woke(), due, new SeededRandom(1));
            var answered = NodeKernel.Step(asked.State, answer(asked.Effects.OfType<ReadLedger>().Single()), due, new SeededRandom(1));
            state = answered.State;
            return answered.Effects.OfType<Report>().Count(report => report.Event is Trouble);
        }
    }
}
