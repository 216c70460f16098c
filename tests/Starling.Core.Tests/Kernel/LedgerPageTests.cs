using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Tests.Training;
using Starling.Core.Training;

namespace Starling.Core.Tests.Kernel;

/// <summary>
/// Pages that have room for little: large entries, or a link that bears no more. Each begins with the last known entry, which is compared.
/// </summary>
public sealed class LedgerPageTests
{
    /// <summary>Red if a page that shows nothing new ends the reading, or if the last known entry is not compared after one.</summary>
    [Fact]
    public void APageOfTheLastKnownEntryAloneIsFollowedByOneThatBeginsBehindIt()
    {
        var cluster = new KernelCluster(ContractScript.Begun(3));
        cluster.Start([.. cluster.Contract.Members]);
        var (contract, last) = (cluster.Contract.State.Contract, cluster.Ledger[^1]);
        var height = cluster.Ledger.Count;
        var next = cluster.Contract.Next(ContractScript.Admin, new Revoke(cluster.Contract.C));

        var known = Step(cluster[cluster.Contract.A], new LedgerChanged(contract));
        Assert.Equal(height - 1, Asked(known).From);
        var skipped = Answer(known, last);
        Assert.Equal(height, Asked(skipped).From);
        Assert.False(skipped.State.Contracts[contract].Reading.HasCaughtUp);

        // What is not there is not asked for without a pause, and what is known is compared before each new try.
        foreach (var result in (StepResult[])[Answer(skipped), Step(skipped.State, new LedgerReadFailed(Asked(skipped).Id, "no answer"))])
        {
            Assert.Empty(result.Effects.OfType<ReadLedger>());
            Assert.Equal(height - 1, Asked(Step(result.State, new LedgerChanged(contract))).From);
        }

        var folded = Answer(skipped, new VerifiedEntry(next, SignatureValid: true));
        Assert.Equal(height + 1, folded.State.Contracts[contract].Fold.Height);
        Assert.True(folded.State.Contracts[contract].Reading.HasCaughtUp);
        var again = Step(folded.State, new LedgerChanged(contract));
        Assert.Equal(height, Asked(again).From);
        var other = Answer(again, new VerifiedEntry(new SignedEntry(next.BodyBytes.ToArray(), next.Key, [2]), SignatureValid: true));
        Assert.True(other.State.HasHalted);

        StepResult Step(NodeState state, Input input) => NodeKernel.Step(state, input, cluster.Now, new SeededRandom(1));

        StepResult Answer(StepResult asked, params VerifiedEntry[] entries) =>
            Step(asked.State, new LedgerRead(Asked(asked).Id, new LedgerPage(contract, Asked(asked).From, [.. entries], height + 1)));

        static ReadLedger Asked(StepResult result) => Assert.Single(result.Effects.OfType<ReadLedger>());
    }

    /// <summary>Red if two entries that no page holds together stop everyone who follows the contract, also after a restart.</summary>
    [Fact]
    public void TwoOfTheLargestEntriesAreReadOneByOne()
    {
        var cluster = new KernelCluster(ContractScript.Begun(3));
        cluster.Start([.. cluster.Contract.Members]);
        for (var i = 0; i < 2; i++)
            cluster.Append(cluster.Contract.Next(ContractScript.Admin, new Tombstone(""),
                body => body with { Payload = new byte[EntryBody.MaxPayloadBytes] }));
        AssertAllHaveRead(cluster);
        cluster.Kill(cluster.Contract.A);
        cluster.Start(cluster.Contract.A);
        AssertAllHaveRead(cluster);
    }

    /// <summary>Red if nodes do not go on, or whoever was away does not catch up, where the link bears one entry at a time.</summary>
    [Fact]
    public void ARoundPassesAlsoWhereEachPageHasOneEntry()
    {
        var cluster = new KernelCluster(ContractScript.Begun(3)) { PageEntries = 1 };
        var (a, b, c) = (cluster.Contract.A, cluster.Contract.B, cluster.Contract.C);
        cluster.Start(a, b);
        cluster.Train(a, b);
        cluster.Pass(TimeSpan.FromSeconds(20));
        Assert.Equal(2, cluster.Fold(a).Round!.Round);
        cluster.Start(c);
        AssertAllHaveRead(cluster);
    }

    private static void AssertAllHaveRead(KernelCluster cluster) => Assert.All(cluster.Contract.Members, node =>
    {
        var part = Assert.Single(cluster[node].Contracts.Values);
        Assert.Equal((cluster.Ledger.Count, true), (part.Folded.Height, part.Reading.HasCaughtUp));
    });
}
