using Starling.Core.Canonical;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Tests.Training;
using Starling.Core.Training;

namespace Starling.Core.Tests.Kernel;

/// <summary>Promises over crashes and standstills. Each of these was found by the simulator.</summary>
public sealed class RecoveryTests
{
    [Fact]
    public void AMergeThatWasProposedIsKeptThroughARestartUntilTheProposalIsSettled()
    {
        var cluster = new KernelCluster(ContractScript.Begun(3));
        cluster.Start([.. cluster.Contract.Members]);
        BlobId? merge = null;
        var leader = default(NodeId);
        cluster.HoldBack = (node, effect) =>
        {
            if (effect is not AppendEntry append || TrainingEntryCodec.Decode(append.Entry.Body.Payload) is not Merged merged)
                return false;
            (leader, merge) = (node, merged.Merge);
            return true;
        };
        cluster.Train([.. cluster.Contract.Members]);
        cluster.Pass(TimeSpan.FromSeconds(2));
        Assert.NotNull(merge);
        cluster.Kill(leader);
        // Made again it would be there again, after a while in which nobody held what was announced.
        var isReleased = false;
        cluster.HoldBack = (node, effect) =>
            node == leader && (effect is AppendEntry || (isReleased |= effect is Release release && release.Blob == merge));
        cluster.Start(leader);
        cluster.Pass(TimeSpan.FromSeconds(1));
        Assert.False(isReleased);
        Assert.Contains(merge.Value, cluster[leader].Durable);
    }

    [Fact]
    public void AnUpdateWhoseBlobWasLostInACrashIsTrainedAgain()
    {
        var cluster = new KernelCluster(ContractScript.Begun(3));
        var node = cluster.Contract.A;
        cluster.Start([.. cluster.Contract.Members]);
        cluster.HoldBack = (_, effect) => effect is SaveBlob;
        cluster.Train(node);
        cluster.Kill(node);
        cluster.HoldBack = (_, _) => false;
        cluster.Start(node);
        Assert.Equal(1, cluster.Assigned(node)?.Round);
    }

    [Fact]
    public void AnEntryThatIsReadBackBeforeItIsSavedIsSettled()
    {
        var cluster = new KernelCluster(ContractScript.Begun(3));
        var node = cluster.Contract.A;
        cluster.Start([.. cluster.Contract.Members]);
        SaveRecord? save = null;
        cluster.HoldBack = (who, effect) =>
        {
            if (who != node || effect is not SaveRecord { Record.Key: var key } || !key.EndsWith("/outbox", StringComparison.Ordinal)
                || save is not null)
                return false;
            save = (SaveRecord)effect;
            return true;
        };
        cluster.Train(node);
        var entry = SignedEntry.Decode(new CanonicalReader(save!.Record.Value.AsSpan()).Bytes(SignedEntry.MaxBytes));
        cluster.Append(entry);
        var appended = cluster.Ledger.Count;
        cluster.Give(node, new Saved(save.Id));
        Assert.Equal(appended, cluster.Ledger.Count);
        cluster.Train([.. cluster.Contract.Members.Skip(1)]);
        cluster.Pass(TimeSpan.FromSeconds(3));
        Assert.Equal(2, cluster.Fold(node).Round!.Round);
    }

    [Fact]
    public void AnEntryUnderAnothersKeySettlesNothing()
    {
        var cluster = new KernelCluster(ContractScript.Begun(3));
        var node = cluster.Contract.A;
        cluster.Start([.. cluster.Contract.Members]);
        SignedEntry? sent = null;
        cluster.HoldBack = (who, effect) =>
        {
            if (who != node || effect is not AppendEntry append)
                return false;
            sent ??= append.Entry;
            return true;
        };
        cluster.Train(node);
        cluster.Append(new SignedEntry(sent!.BodyBytes.ToArray(), PlainCertifier.KeyOf(cluster.Contract.B), [1]));
        var outbox = cluster[node].Contracts.Values.Single().Outbox;
        Assert.Equal(OutboxStage.Sending, outbox.Stage);
        Assert.Equal(sent.Id, outbox.Entry!.Id);
    }

    [Fact]
    public void AMergeThatComesThoughItWasAbandonedIsLetGo()
    {
        var cluster = new KernelCluster(ContractScript.Begun(4, minPeers: 3));
        cluster.Start([.. cluster.Contract.Members]);
        (NodeId Node, OperationId Id)? late = null;
        cluster.HoldBack = (who, effect) =>
        {
            if (late is not null || effect is not Compute { Computation: MergeUpdates } compute)
                return false;
            late = (who, compute.Id);
            return true;
        };
        cluster.Train([.. cluster.Contract.Members]);
        cluster.Pass(TimeSpan.FromMinutes(1));
        var (node, operation) = late!.Value;
        Assert.Equal(2, cluster.Fold(node).Round!.Round);
        var stray = ContractScript.Blob("late");
        cluster.Give(node, new Computed(operation, new MergeDone(stray)));
        Assert.DoesNotContain(stray, cluster[node].Held);
        Assert.Null(cluster[node].Contracts.Values.Single().Merging);
    }

    [Fact]
    public void LeadersThatReplaceEachOtherWithoutEndDoNotPutAReopeningOff()
    {
        var cluster = new KernelCluster(ContractScript.Begun(5, minPeers: 3));
        cluster.Start([.. cluster.Contract.Members]);
        cluster.HoldBack = (_, effect) => effect is FetchManifest or FetchChunk;
        cluster.Train([.. cluster.Contract.Members]);
        cluster.Pass(TimeSpan.FromMinutes(15));
        Assert.All(cluster.Contract.Members, member => Assert.True(cluster.Fold(member).Round!.Opening > 1));
    }

    /// <summary>Red if a node that stood still asks for a reopening before it knows what came meanwhile.</summary>
    [Fact]
    public void WhoStoodStillReadsTheLedgerBeforeItAsksForAReopening()
    {
        var (cluster, woken, late) = WokenLate();
        Assert.Empty(woken.Effects.OfType<Sign>());
        var read = Assert.Single(woken.Effects.OfType<ReadLedger>());
        var page = new LedgerPage(cluster.Contract.State.Contract, read.From, [cluster.Ledger[^1]], cluster.Ledger.Count);
        var answered = NodeKernel.Step(woken.State, new LedgerRead(read.Id, page), late, new SeededRandom(1));
        var sign = Assert.Single(answered.Effects.OfType<Sign>());
        Assert.IsType<Reopen>(TrainingEntryCodec.Decode(EntryBody.Decode(sign.Bytes.AsMemory()).Payload));
    }

    /// <summary>Red if who has a reason to read asks a ledger that fails again and again without a pause.</summary>
    [Fact]
    public void AReadThatFailedIsTriedAgainAfterAPauseWhateverIsDue()
    {
        var (_, woken, late) = WokenLate();
        var read = Assert.Single(woken.Effects.OfType<ReadLedger>());
        var failed = NodeKernel.Step(woken.State, new LedgerReadFailed(read.Id, "no answer"), late, new SeededRandom(1));
        Assert.Empty(failed.Effects.OfType<ReadLedger>());
        var poll = failed.State.Options.PollInterval;
        Assert.True(failed.State.WakeAt <= late + poll);
        Assert.Single(NodeKernel.Step(failed.State, new Woke(), late + poll, new SeededRandom(1)).Effects.OfType<ReadLedger>());
    }

    /// <summary>A leader that gathered nothing, and stood still until a reopening was due.</summary>
    private static (KernelCluster Cluster, StepResult Woken, Instant Late) WokenLate()
    {
        var cluster = new KernelCluster(ContractScript.Begun(5, minPeers: 3));
        cluster.Start([.. cluster.Contract.Members]);
        cluster.HoldBack = (_, effect) => effect is FetchManifest or FetchChunk;
        cluster.Train([.. cluster.Contract.Members]);
        cluster.Pass(TimeSpan.FromSeconds(2));
        var round = cluster.Fold(cluster.Contract.A).Round!;
        var late = cluster.Now + (round.Settings.AbsentTimeout * 5);
        return (cluster, NodeKernel.Step(cluster[round.Leader], new Woke(), late, new SeededRandom(1)), late);
    }
}
