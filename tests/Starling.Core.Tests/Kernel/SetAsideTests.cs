using System.Collections.Immutable;
using Starling.Core.Canonical;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Tests.Tasks;
using Starling.Core.Tests.Training;
using Starling.Core.Training;

namespace Starling.Core.Tests.Kernel;

/// <summary>A contract that a node cannot go on with is set aside by itself: the node's others go on.</summary>
public sealed class SetAsideTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(2);
    private static readonly NodeId Stranger = NodeId.Create("test", "street", "x");
    private readonly ContractScript main = ContractScript.Begun(), other = ContractScript.Begun(name: "other");
    private readonly KernelCluster cluster;

    public SetAsideTests()
    {
        cluster = new KernelCluster(main, other: other);
        cluster.Certifiers = node => node == A ? new Doubter() : ContractScript.Certifier;
    }

    private NodeId A => main.A;

    private ContractPart Part => cluster[A].Find(other.State.Contract)!;

    /// <summary>Red if the node halts, does not mirror what shows it, or goes on serving what is the contract's alone.</summary>
    [Fact]
    public void OneThatDivergesDoesNotStopTheOthers()
    {
        Diverge();
        var told = Assert.Single(cluster.Events(A).OfType<ContractSetAside>());
        Assert.Equal((other.State.Contract, HaltReason.Diverged), (told.Contract, told.Reason));
        Assert.Equal(Part.SetAside!.Detail, told.Detail);
        Assert.DoesNotContain(cluster.Events(A), what => what is Halted);
        Assert.Equal(Part.Folded.Height, cluster.Mirror(A, other.State.Contract).Count);
        var (left, kept) = (Base(main.B, other), Base(A, main));
        Assert.Empty(cluster.Audience(A, left));
        Assert.Contains(left, cluster[A].Durable);
        Assert.Equal([main.B, main.C], cluster.Audience(A, kept));

        var frozen = Part.Folded.Height;
        GoOn(main, [.. main.Members], 3);
        cluster.Pass(TimeSpan.FromMinutes(2));
        Assert.Equal(3, Round(main.B, other));
        Assert.Equal(frozen, Part.Folded.Height);
        Assert.DoesNotContain(cluster[A].Operations.Values, awaited => awaited is AwaitedFor mine && mine.Contract == other.State.Contract);
    }

    /// <summary>Red if it is only remembered: whether the ledger answers makes no difference.</summary>
    [Fact]
    public void ARestartComesToItAgain()
    {
        Diverge();
        cluster.IsLedgerSilent = true;
        Restart();
        Assert.Equal(HaltReason.Diverged, Part.SetAside!.Reason);
        Assert.Single(cluster.Events(A).OfType<ContractSetAside>());
        cluster.IsLedgerSilent = false;
        cluster.Pass(TimeSpan.FromMinutes(1));
        GoOn(main, [.. main.Members], 3);
    }

    /// <summary>Red if a node whose software agrees with the history does not take it up where it left off.</summary>
    [Fact]
    public void SoftwareThatAgreesGoesOn()
    {
        Diverge();
        cluster.Certifiers = _ => ContractScript.Certifier;
        Restart();
        Assert.Null(Part.SetAside);
        cluster.Pass(Moment);
        Assert.Equal(cluster[main.B].Find(other.State.Contract)!.Folded.ChainHash, Part.Folded.ChainHash);
        GoOn(other, [A], 3);
    }

    /// <summary>Red if what was under way for the contract is still journalled or appended.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void WhatWasAskedForBeforeLeadsToNothing(bool isSigning)
    {
        BeforeTheyDiffer();
        Operation? asked = null;
        cluster.HoldBack = (node, effect) =>
        {
            if (node != A || asked is not null || (isSigning ? effect is not Sign
                : effect is not SaveRecord save || save.Record.Key != Outbox.Key(other.State.Contract)))
                return false;
            asked = (Operation)effect;
            return true;
        };
        cluster.Train(other, [A]);
        Assert.NotNull(asked);
        cluster.Train(other, [main.B, main.C]);
        Assert.NotNull(Part.SetAside);
        cluster.HoldBack = (_, effect) => effect is SaveRecord or AppendEntry;
        var before = Part.Outbox;
        cluster.Give(A, isSigning ? new Signed(asked.Id, [1]) : new Saved(asked.Id));
        Assert.Equal(before, Part.Outbox);
        Assert.DoesNotContain(cluster[A].Operations.Values, awaited => awaited is AwaitedEntrySave or AwaitedAppend);
    }

    /// <summary>Red if older software lets go what this node has promised while it ran newer.</summary>
    [Fact]
    public void OlderSoftwareLetsNothingGo()
    {
        cluster.Certifiers = _ => ContractScript.Certifier;
        BeforeTheyDiffer();
        GoOn(other, [.. main.Members], 3);
        GoOn(other, [.. main.Members], 4);
        var promised = cluster[A].Durable;
        cluster.Certifiers = node => node == A ? new Doubter() : ContractScript.Certifier;
        Restart();
        Assert.NotNull(Part.SetAside);
        GoOn(main, [.. main.Members], 2);
        GoOn(main, [.. main.Members], 3);
        Assert.Empty(promised.Except(cluster[A].Durable));
        Assert.Empty(cluster.Audience(A, Base(main.B, other)));
        cluster.Certifiers = _ => ContractScript.Certifier;
        Restart();
        GoOn(other, [.. main.Members], 5);
    }

    /// <summary>Red if a ledger's page that cannot be read keeps a node from letting go what another contract no longer needs.</summary>
    [Fact]
    public void OneThatCannotBeReadKeepsOnlyWhatWasThere()
    {
        BeforeTheyDiffer();
        var found = cluster[A].Durable;
        cluster.HoldBack = (node, effect) => node == A && effect is ReadLedger read && read.Contract == other.State.Contract;
        Restart();
        GoOn(main, [.. main.Members], 2);
        var made = cluster[A].Durable.Except(found);
        Assert.NotEmpty(made);
        for (var round = 3; round < 7; round++)
            GoOn(main, [.. main.Members], round);
        Assert.Empty(made.Intersect(cluster[A].Held));
        Assert.Empty(found.Except(cluster[A].Durable));
        cluster.HoldBack = (_, _) => false;
        Restart();
        cluster.Pass(Moment);
        Assert.Empty(cluster[A].FoundAtStart);
    }

    /// <summary>Red if a node goes on though none of its contracts can.</summary>
    [Fact]
    public void OnceNoContractIsLeftTheNodeHalts()
    {
        Diverge();
        Spoil(main);
        GoOn(main, [.. main.Members], 3);
        cluster.Train(main, [main.B, main.C]);
        Assert.True(cluster[A].HasHalted);
        Assert.Equal(HaltReason.Diverged, Assert.Single(cluster.Events(A).OfType<Halted>()).Reason);
        Restart();
        cluster.Pass(Moment);
        Assert.True(cluster[A].HasHalted);
    }

    [Fact]
    public void ANodeWithOneContractThatDivergesHalts()
    {
        var alone = new KernelCluster(main) { Certifiers = node => node == A ? new Doubter() : ContractScript.Certifier };
        alone.Start([.. main.Members]);
        Spoil(main, alone);
        alone.Train([.. main.Members]);
        alone.Pass(Moment);
        alone.Train(main.B, main.C);
        Assert.Equal(HaltReason.Diverged, Assert.Single(alone.Events(A).OfType<Halted>()).Reason);
        Assert.DoesNotContain(alone.Events(A), what => what is ContractSetAside);
        Assert.False(alone[main.B].HasHalted);
    }

    /// <summary>
    /// Red if a contract that this software does not know stops the node, waits for its founding for ever, or is folded on.
    /// </summary>
    [Theory]
    [InlineData(HaltReason.UnknownProtocol)]
    [InlineData(HaltReason.UnknownVersion)]
    public void OneThatIsNotKnownDoesNotStopTheOthers(HaltReason reason)
    {
        var strange = Strange(reason);
        var nodes = new KernelCluster(main, other: strange);
        nodes.Append(strange.Next(A, new Leave()));
        nodes.Start([.. main.Members]);
        for (var round = 0; round < 2; round++)
        {
            nodes.Train([.. main.Members]);
            nodes.Pass(Moment);
        }

        Assert.All(main.Members, node =>
        {
            Assert.Equal(3, nodes.Fold(node).Round!.Round);
            Assert.Equal(reason, nodes[node].Find(strange.State.Contract)!.SetAside!.Reason);
            Assert.Single(nodes.Mirror(node, strange.State.Contract));
        });
    }

    /// <summary>Red if a task runner of a version that is not known waits for its founding for ever.</summary>
    [Fact]
    public void ATaskRunnerMayBeUnknownToo()
    {
        var runner = new RunnerScript(changeBody: body => body with { FoldVersion = 99 });
        var node = Started([], [(runner.State.Contract, runner.First), (main.State.Contract, main.First)], [],
            [new ContractReference(main.State.Contract, main.First.Id)], [new ContractReference(runner.State.Contract, runner.First.Id)]);
        Assert.Equal(HaltReason.UnknownVersion, node.Runners.Values.Single().SetAside!.Reason);
        Assert.Equal([main.State.Contract], node.Active);
    }

    /// <summary>
    /// Red if the blobs of a contract that older software cannot read are let go, or those of one that was never taken up kept.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void WhatTheJournalTellsOfKeepsWhatWasFound(bool isInJournal)
    {
        var strange = Strange(HaltReason.UnknownVersion);
        var own = strange.Next(A, new Leave());
        var record = new JournalRecord(Outbox.Key(strange.State.Contract), [.. new CanonicalWriter().Bytes(own.Encode()).Written]);
        var node = Started(isInJournal ? [record] : [], [(strange.State.Contract, strange.First), (main.State.Contract, main.First)],
            [ContractScript.Blob("promised")],
            [.. new[] { main, strange }.Select(each => new ContractReference(each.State.Contract, each.First.Id))], []);
        Assert.NotNull(node.Find(strange.State.Contract)!.SetAside);
        var read = node.Operations.Single(each => each.Value is AwaitedRead).Key;
        node = NodeKernel.Step(node, new LedgerRead(read, new LedgerPage(main.State.Contract, 0, [new VerifiedEntry(main.First, true)], 1)),
            Instant.Zero, new SeededRandom(1)).State;
        Assert.True(node.Find(main.State.Contract)!.Reading.HasCaughtUp);
        Assert.Equal(isInJournal, node.Held.Contains(ContractScript.Blob("promised")));
    }

    /// <summary>Red if anyone can have a contract set aside by putting its founding's bytes under a key of his own first.</summary>
    [Theory]
    [InlineData(Refusal.WrongFoldVersion, true, true)]
    [InlineData(Refusal.NotFounded, true, true)]
    [InlineData(Refusal.WrongFoldVersion, false, false)]
    [InlineData(Refusal.UntrustedCertificate, true, false)]
    [InlineData(Refusal.BadSettings, true, false)]
    [InlineData(Refusal.None, true, false)]
    public void OnlyBytesThatCannotBeReadCount(Refusal refusal, bool isValid, bool isUnreadable)
    {
        Assert.Equal(isUnreadable,
            SetAside.Unreadable(main.State, new VerifiedEntry(main.First, isValid), refusal) is { Reason: HaltReason.UnknownVersion });
        Assert.Null(SetAside.Unreadable(main.State, new VerifiedEntry(other.First, true), refusal));
    }

    private static ContractScript Strange(HaltReason reason) => reason == HaltReason.UnknownProtocol
        ? new ContractScript(change: f => f with { Settings = f.Settings with { Protocol = "hearsay" } }, name: "other")
        : new ContractScript(changeBody: body => body with { FoldVersion = 99 }, name: "other");

    private NodeState Started(ImmutableArray<JournalRecord> journal, (ContractId Contract, SignedEntry First)[] mirror,
        ImmutableArray<BlobId> blobs, ImmutableArray<ContractReference> contracts, ContractReference[] runners)
    {
        var node = NodeKernel.Create(new NodeIdentity(A, PlainCertifier.KeyOf(A)), contracts, ContractScript.Certifier, new KernelOptions(),
            runners);
        var started = new Started(journal, blobs,
            [.. mirror.Select(each => new MirroredContract(each.Contract, [new VerifiedEntry(each.First, SignatureValid: true)]))]);
        return NodeKernel.Step(node, started, Instant.Zero, new SeededRandom(1)).State;
    }

    /// <summary>A's fold of the other contract is another than its members', which the next round's updates will show.</summary>
    private void BeforeTheyDiffer()
    {
        cluster.Start([.. main.Members]);
        Spoil(other);
        GoOn(other, [.. main.Members], 2);
    }

    private void Diverge()
    {
        BeforeTheyDiffer();
        GoOn(main, [.. main.Members], 2);
        cluster.Train(other, [main.B, main.C]);
        Assert.NotNull(Part.SetAside);
    }

    /// <summary>An admin enrols and expels somebody whose certificate A's software does not believe.</summary>
    private void Spoil(ContractScript contract, KernelCluster? nodes = null)
    {
        foreach (var entry in new TrainingEntry[] { new Enrol(ContractScript.Enrolment(Stranger)), new Revoke(Stranger) })
        {
            nodes ??= cluster;
            foreach (var known in nodes.LedgerOf(contract).Skip((int)contract.State.Height).ToArray())
                contract.Fold(known.Entry);
            var next = contract.Next(ContractScript.Admin, entry);
            Assert.Equal(Refusal.None, contract.Fold(next));
            nodes.Append(next);
        }
    }

    private void GoOn(ContractScript contract, NodeId[] nodes, long round)
    {
        cluster.Train(contract, nodes);
        cluster.Pass(Moment);
        Assert.Equal(round, Round(nodes[0], contract));
    }

    private void Restart()
    {
        cluster.Kill(A);
        cluster.Start(A);
    }

    private long Round(NodeId node, ContractScript contract) => cluster[node].Contracts[contract.State.Contract].Fold.Round!.Round;

    private BlobId Base(NodeId node, ContractScript contract) => cluster[node].Contracts[contract.State.Contract].Fold.Round!.Base;

    private sealed class Doubter : ICertifier
    {
        public CertifiedIdentity? Certify(ImmutableArray<ImmutableArray<byte>> anchors, ImmutableArray<ImmutableArray<byte>> chain) =>
            ContractScript.Certifier.Certify(anchors, chain) is { } identity && identity.Node != Stranger ? identity : null;
    }
}
