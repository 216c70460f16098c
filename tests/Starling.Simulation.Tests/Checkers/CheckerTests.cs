using System.Collections.Immutable;
using Starling.Core.Blobs;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Models;
using Starling.Core.Training;
using Starling.Simulation.Checkers;

namespace Starling.Simulation.Tests.Checkers;

/// <summary>Every checker can fail: it is shown a violation, and the same without it.</summary>
public sealed class CheckerTests
{
    private static readonly ContractId Contract = ContractId.Parse("training");
    private static readonly EntryId FoundingId = new(Digest.Of("founding"u8));
    private readonly FakeWorld world = new();

    public CheckerTests() => world.Truth = TrainingState.Empty(Contract, FoundingId) with { Round = Round };

    private static RoundState Round => new()
    {
        Round = 1,
        Base = BlobId.None,
        View = [],
        SyncInterval = 1,
        Settings = new TrainingSettings("leader", 8, 1, 2, AuditMode.Full, "mean", [], Model(0).Schema.Hash, 1 << 20,
            TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(9), TimeSpan.Zero, TimeSpan.Zero),
    };

    private NodeId A => world.Nodes[0].Identity.Id;

    private NodeId B => world.Nodes[1].Identity.Id;

    [Fact]
    public void TwoLeadersOfOneTerm()
    {
        var checker = new LeaderChecker(world);
        checker.Asked(world.Nodes[0], new Report(new LeaderClaimed(Contract, 1, 1, A, [A, B])));
        checker.Asked(world.Nodes[1], new Report(new LeaderClaimed(Contract, 1, 2, B, [A, B])));
        Assert.Empty(world.Reports);
        checker.Asked(world.Nodes[1], new Report(new LeaderClaimed(Contract, 1, 1, B, [A, B])));
        Assert.Equal("one leader a term", Assert.Single(world.Reports).Rule);
    }

    [Fact]
    public void TwoMergesOfOneRound()
    {
        var checker = new CommitChecker(world);
        checker.Asked(world.Nodes[0], new Report(new RoundCommitted(Contract, 1, 1, A, Blob(1), [A, B], [])));
        checker.Asked(world.Nodes[1], new Report(new RoundCommitted(Contract, 1, 1, A, Blob(1), [A, B], [])));
        Assert.Empty(world.Reports);
        checker.Asked(world.Nodes[1], new Report(new RoundCommitted(Contract, 1, 1, A, Blob(2), [A, B], [])));
        Assert.Equal("one committed merge a round", Assert.Single(world.Reports).Rule);
    }

    [Fact]
    public void ACommitWithTooFewContributors()
    {
        var checker = new CommitChecker(world);
        Commit(checker, Blob(1), [A], Round with { Frozen = [A, B] });
        Assert.Equal("contributors are frozen members", Assert.Single(world.Reports).Rule);
    }

    [Fact]
    public void FoldsThatDiffer()
    {
        var checker = new PrefixChecker(world);
        var fold = TrainingState.Empty(Contract, FoundingId);
        world.Hashes[0] = TrainingStateCodec.Hash(fold);
        checker.Check(world.Nodes[0], fold);
        Assert.Empty(world.Reports);
        checker.Check(world.Nodes[0], fold with { Epoch = 1 });
        checker.Check(world.Nodes[0], fold with { ChainHashes = fold.ChainHashes.Add(Digest.Of([1])) });
        Assert.Equal(2, world.Reports.Count);
    }

    [Fact]
    public void AnAnnouncedUpdateThatIsGone()
    {
        var checker = new CustodyChecker(world);
        var node = world.Nodes[0];
        var update = node.Disk.Put([1, 2, 3], 64);
        node.Disk.Blob(update)!.Sync();
        var entry = Entry(A, new Ready(1, 1, BlobId.None, default, update, 1, UpdateMetrics.None, IsFinal: false));
        checker.Sent(node, entry);
        checker.Folded(new VerifiedEntry(entry, true), world.Truth, Accepted(entry,
            Round with { Ready = Round.Ready.Add(A, new ReadyUpdate(update, 1, UpdateMetrics.None, IsFinal: false)) }));
        Assert.Empty(world.Reports);
        node.Disk.Remove(update);
        checker.Killed(node);
        Assert.Equal("nothing announced is lost", Assert.Single(world.Reports).Rule);
    }

    [Fact]
    public void ALostDiskVoidsAPromise()
    {
        var checker = new CustodyChecker(world);
        var node = world.Nodes[0];
        var update = node.Disk.Put([1, 2, 3], 64);
        node.Disk.Blob(update)!.Sync();
        var entry = Entry(A, new Ready(1, 1, BlobId.None, default, update, 1, UpdateMetrics.None, IsFinal: false));
        checker.Sent(node, entry);
        checker.Folded(new VerifiedEntry(entry, true), world.Truth, Accepted(entry,
            Round with { Ready = Round.Ready.Add(A, new ReadyUpdate(update, 1, UpdateMetrics.None, IsFinal: false)) }));
        node.Disk.Lose();
        checker.Killed(node);
        Assert.Empty(world.Reports);
    }

    [Fact]
    public void ACommittedMergeThatNobodyHolds()
    {
        var checker = new CustodyChecker(world);
        var merge = world.Nodes[2].Disk.Put([9], 64);
        world.Nodes[2].Disk.Blob(merge)!.Sync();
        world.Truth = world.Truth with { Commits = [CommitOf(merge, [A, B])] };
        checker.Killed(world.Nodes[0]);
        Assert.Empty(world.Reports);
        world.Nodes[2].Disk.Remove(merge);
        checker.Killed(world.Nodes[2]);
        Assert.Equal("every committed merge is held", Assert.Single(world.Reports).Rule);
    }

    [Fact]
    public void AProgramThatIsGivenAnotherMerge()
    {
        var checker = new ReplicaChecker(world);
        var right = world.Nodes[0].Disk.Put([1], 64);
        var wrong = world.Nodes[0].Disk.Put([2], 64);
        world.Truth = world.Truth with { Commits = [CommitOf(right, [A, B])] };
        checker.Asked(world.Nodes[0], new Deliver(new Assignment(Contract, 2, right, 1, Done: 0, Last: false)));
        Assert.Empty(world.Reports);
        checker.Asked(world.Nodes[0], new Deliver(new Assignment(Contract, 2, wrong, 1, Done: 0, Last: false)));
        checker.Asked(world.Nodes[1], new Report(new MergeHeld(Contract, 1, right)));
        Assert.Equal(["replicas are equal", "replicas are equal"], world.Reports.Select(report => report.Rule));
    }

    [Fact]
    public void ACommittedMergeThatIsWrongOrHoldsABadUpdate()
    {
        var checker = new MergeChecker(world);
        var (one, three, bad) = (Archive(Model(1)), Archive(Model(3)), Archive(Model(float.NaN)));
        var round = Round with
        {
            Frozen = [A, B],
            Ready = Round.Ready.Add(A, new ReadyUpdate(one, 1, UpdateMetrics.None, IsFinal: false))
                .Add(B, new ReadyUpdate(three, 1, UpdateMetrics.None, IsFinal: false)),
        };
        var two = BlobManifest.Of(Safetensors.Write(Model(2)), world.ChunkBytes).Id;
        Commit(checker, two, [A, B], round);
        Assert.Empty(world.Reports);
        Commit(checker, one, [A, B], round);
        Commit(checker, two, [A, B],
            round with { Ready = round.Ready.SetItem(B, new ReadyUpdate(bad, 1, UpdateMetrics.None, IsFinal: false)) });
        Commit(checker, two, [A, B],
            round with { Ready = round.Ready.SetItem(B, new ReadyUpdate(Blob(7), 1, UpdateMetrics.None, IsFinal: false)) });
        Assert.Equal(["the committed merge is right", "a refused update is never merged", "a refused update is never merged"],
            world.Reports.Select(report => report.Rule));
    }

    /// <summary>Red if what an honest leader proposes is looked at only where all of it is audited, or a liar's is.</summary>
    [Fact]
    public void AWrongMergeOfAnHonestLeaderWhereNobodyAudits()
    {
        var checker = new MergeChecker(world);
        var (one, three) = (Archive(Model(1)), Archive(Model(3)));
        var round = Round with
        {
            Settings = Round.Settings with { Audit = AuditMode.Off },
            Leader = A,
            Proposal = new MergeClaim(one, [A, B]),
            Frozen = [A, B],
            Ready = Round.Ready.Add(A, new ReadyUpdate(one, 1, UpdateMetrics.None, IsFinal: false))
                .Add(B, new ReadyUpdate(three, 1, UpdateMetrics.None, IsFinal: false)),
        };
        world.Nodes[0].IsHonest = false;
        Commit(checker, one, [A, B], round);
        Assert.Empty(world.Reports);
        world.Nodes[0].IsHonest = true;
        Commit(checker, one, [A, B], round);
        Assert.Equal("the committed merge is right", Assert.Single(world.Reports).Rule);
    }

    /// <summary>Red if the merge before the last is let go at once: an admin may take the last round back.</summary>
    [Fact]
    public void ACommittedMergeThatIsGoneBeforeTwoLaterOnesAre()
    {
        var checker = new CustodyChecker(world);
        var node = world.Nodes[0];
        var merges = Enumerable.Range(1, 3).Select(value => node.Disk.Put([(byte)value], 64)).ToArray();
        foreach (var merge in merges)
        {
            node.Disk.Blob(merge)!.Sync();
            var entry = Entry(A, new Receipt(1, 1, 1, merge));
            checker.Sent(node, entry);
            checker.Folded(new VerifiedEntry(entry, SignatureValid: true), world.Truth,
                new FoldResult(world.Truth, Refusal.None, new Receipt(1, 1, 1, merge), [new Committed(CommitOf(merge, [A]))]));
        }

        node.Disk.Remove(merges[0]);
        checker.Killed(node);
        Assert.Empty(world.Reports);
        node.Disk.Remove(merges[1]);
        checker.Killed(node);
        Assert.Equal("nothing announced is lost", Assert.Single(world.Reports).Rule);
    }

    [Fact]
    public void AnHonestNodeThatMergesABadUpdate()
    {
        world.Truth = world.Truth with { Settings = Round.Settings };
        var checker = new MergeChecker(world);
        checker.Asked(world.Nodes[0], Merge(Archive(Model(1))));
        Assert.Empty(world.Reports);
        checker.Asked(world.Nodes[0], Merge(Archive(Model(float.NaN))));
        Assert.Equal("a refused update is never merged", Assert.Single(world.Reports).Rule);
    }

    [Fact]
    public void AGoodUpdateThatIsCalledBad()
    {
        var checker = new MergeChecker(world);
        var (one, bad) = (Archive(Model(1)), Archive(Model(float.NaN)));
        var round = Round with
        {
            Frozen = [A, B],
            Ready = Round.Ready.Add(A, new ReadyUpdate(one, 1, UpdateMetrics.None, IsFinal: false))
                .Add(B, new ReadyUpdate(bad, 1, UpdateMetrics.None, IsFinal: false)),
            LeftOut = [new LeftOut(B, LeftOutReason.NotFinite)],
        };
        Commit(checker, one, [A], round);
        Commit(checker, one, [A],
            round with { Ready = round.Ready.SetItem(B, round.Ready[A]), LeftOut = [new LeftOut(B, LeftOutReason.Unavailable)] });
        Assert.Empty(world.Reports);
        Commit(checker, one, [A], round with { Ready = round.Ready.SetItem(B, round.Ready[A]) });
        Assert.Equal("no good update is refused", Assert.Single(world.Reports).Rule);
    }

    [Fact]
    public void AnHonestNodeThatIsNamed()
    {
        var checker = new NamingChecker(world);
        Commit(checker, Blob(1), [A, B], Round with { Frozen = [A, B] });
        Assert.Empty(world.Reports);
        Commit(checker, Blob(1), [A, B], Round with { Frozen = [A, B] }, B);
        Assert.Equal("no honest node is named", Assert.Single(world.Reports).Rule);
    }

    [Fact]
    public void AQueueThatGrows()
    {
        var checker = new BoundsChecker(world);
        checker.Check(world.Nodes[0], "operations", 5, 5);
        Assert.Empty(world.Reports);
        checker.Check(world.Nodes[0], "operations", 6, 5);
        Assert.Equal("bounded queues", Assert.Single(world.Reports).Rule);
    }

    [Fact]
    public void AnEntryThatIsNotInTheJournal()
    {
        var checker = new JournalChecker(world);
        var node = world.Nodes[0];
        var entry = Entry(A, new Claim(1, 1, 1));
        checker.Sent(node, entry);
        Assert.Equal("saved before announced", Assert.Single(world.Reports).Rule);
        node.Disk.Write(new OperationId(1), new JournalRecord("outbox", [.. entry.Encode()]));
        node.Disk.SyncJournal(new OperationId(1));
        checker.Sent(node, entry);
        Assert.Single(world.Reports);
    }

    [Fact]
    public void AnAnnouncedBlobThatIsNotSynced()
    {
        var checker = new AnnouncementChecker(world);
        var node = world.Nodes[0];
        var merge = node.Disk.Put([5], 64);
        var entry = Entry(A, new Receipt(1, 1, 1, merge));
        checker.Sent(node, entry);
        Assert.Equal("saved before announced", Assert.Single(world.Reports).Rule);
        node.Disk.Blob(merge)!.Sync();
        checker.Sent(node, entry);
        Assert.Single(world.Reports);
    }

    [Fact]
    public void AStepThatDiffersWhenItIsTakenAgain()
    {
        var checker = new RepeatChecker(world);
        var state =
            NodeKernel.Create(world.Nodes[0].Identity, [], new Simulation.Keys.SimulatedKeys(new SeededRandom(1)), new KernelOptions());
        checker.Repeated(world.Nodes[0], new StepResult(state, [new WakeAt(Instant.Zero)]),
            new StepResult(state, [new WakeAt(Instant.Zero)]));
        Assert.Empty(world.Reports);
        checker.Repeated(world.Nodes[0], new StepResult(state, [new WakeAt(Instant.Zero)]),
            new StepResult(state, [new WakeAt(Instant.Never)]));
        Assert.Equal("steps are deterministic", Assert.Single(world.Reports).Rule);
    }

    [Fact]
    public void AnHonestNodeThatStops()
    {
        var checker = new HaltChecker(world);
        world.Nodes[1].IsHonest = false;
        checker.Asked(world.Nodes[1], new Halt(HaltReason.Diverged, ""));
        Assert.Empty(world.Reports);
        checker.Asked(world.Nodes[0], new Halt(HaltReason.Diverged, ""));
        Assert.Equal("no honest node stops", Assert.Single(world.Reports).Rule);
        checker.Asked(world.Nodes[0], new Report(new ContractSetAside(ContractId.Parse("one"), HaltReason.Diverged, "")));
        Assert.Equal(["no honest node stops", "no honest node stops"], world.Reports.Select(report => report.Rule));
    }

    private Compute Merge(BlobId update) =>
        new(new OperationId(1), new MergeUpdates("mean", [], [new MergeInput(A, update, 1)], BlobId.None));

    /// <summary>
    /// Red if the checker takes an opening for one of before all was well, or the other way round, or an admin's restart for a reopening.
    /// </summary>
    [Fact]
    public void ARoundThatStandsStillThoughNothingIsWrong()
    {
        var checker = new StandstillChecker(world);
        Reaches(2, Round with { Round = 1, Opening = 1 });
        Reaches(9, Round with { Round = 1, Opening = 2 }, new Reopened(1, 2));
        world.CalmSince = TimeSpan.FromSeconds(10);
        Reaches(11, Round with { Round = 1, Opening = 3 }, new Reopened(1, 3));
        Reaches(12, Round with { Round = 1, Opening = 1 }, new Reopened(1, 1));
        Reaches(13, Round with { Round = 2, Opening = 1 });
        Assert.Empty(world.Reports);
        Reaches(20, Round with { Round = 2, Opening = 2 }, new Reopened(2, 2));
        Assert.Equal(("no round stands still", "round 2 stood still for 7 s, until its members reopened it, though nothing was wrong"),
            Assert.Single(world.Reports));

        void Reaches(int seconds, RoundState round, params ImmutableArray<Happening> happenings)
        {
            world.Now = TimeSpan.FromSeconds(seconds);
            var entry = new VerifiedEntry(Entry(B, new Leave()), SignatureValid: true);
            checker.Folded(entry, world.Truth, new FoldResult(world.Truth with { Round = round }, Refusal.None, new Leave(), happenings));
        }
    }

    private static BlobId Blob(byte name) => new(Digest.Of([name]));

    private static ModelState Model(float value)
    {
        var state = new ModelState(new ModelSchema([new TensorSpec("x", 4)]));
        Array.Fill(state.Values, value);
        return state;
    }

    private static Commit CommitOf(BlobId merge, ImmutableArray<NodeId> contributors, params NodeId[] named) =>
        new(1, 1, 1, contributors[0], new MergeClaim(merge, contributors), contributors, [.. named], 0)
        {
            PaceBefore = new SyncPace(0, 1, []),
        };

    private static SignedEntry Entry(NodeId author, TrainingEntry entry) => new(
        new EntryBody(Contract, 0, author, 1, 1, TrainingState.FoldVersion, 0, default, TrainingEntryCodec.Encode(entry)).Encode(),
        new PublicKey([1]), [1]);

    private BlobId Archive(ModelState state)
    {
        var bytes = Safetensors.Write(state);
        var id = BlobManifest.Of(bytes, world.ChunkBytes).Id;
        world.Blobs[id] = bytes;
        return id;
    }

    private FoldResult Accepted(SignedEntry entry, RoundState round) =>
        new(world.Truth with { Round = round }, Refusal.None, TrainingEntryCodec.Decode(entry.Body.Payload), []);

    private void Commit(Checker checker, BlobId merge, ImmutableArray<NodeId> contributors, RoundState round, params NodeId[] named)
    {
        var entry = Entry(A, new Receipt(1, 1, 1, merge));
        checker.Folded(new VerifiedEntry(entry, true), world.Truth with { Round = round },
            new FoldResult(world.Truth, Refusal.None, null, [new Committed(CommitOf(merge, contributors, named))]));
    }
}
