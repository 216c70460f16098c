using System.Collections.Immutable;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Training;
using Starling.Core.Training.Participation;
using Starling.Simulation.Checkers;
using Starling.Simulation.Keys;

namespace Starling.Simulation.Tests.Checkers;

/// <summary>The checkers of who says what, and when, can fail: each is shown a violation, and the same without it.</summary>
public sealed class EntryCheckerTests
{
    private static readonly ContractId Contract = ContractId.Parse("training");
    private readonly FakeWorld world = new();

    public EntryCheckerTests() => world.Truth = TrainingState.Empty(Contract, new EntryId(Digest.Of("founding"u8)));

    private FakeWorld.FakeNode Node => world.Nodes[0];

    private FakeWorld.FakeNode Leader => world.Nodes[1];

    [Fact]
    public void AnEntryThatItsAuthorDidNotSend()
    {
        var checker = new AuthorshipChecker(world);
        checker.Sent(Node, Entry(1));
        Fold(checker, Entry(1));
        Assert.Empty(world.Reports);
        Fold(checker, Entry(2));
        Assert.Equal("nobody speaks for another", Assert.Single(world.Reports).Rule);
        Leader.IsHonest = false;
        Fold(checker, Entry(1, Leader));
        Assert.Single(world.Reports);
    }

    [Fact]
    public void AnEntryThatCountsAfterALaterOne()
    {
        var checker = new AuthorshipChecker(world);
        foreach (var sequence in new[] { 1, 3, 2 })
            checker.Sent(Node, Entry(sequence));
        Fold(checker, Entry(1));
        Fold(checker, Entry(3));
        Assert.Empty(world.Reports);
        Fold(checker, Entry(2));
        Assert.Equal("an author's entries are in order", Assert.Single(world.Reports).Rule);
    }

    [Fact]
    public void ANextEntryBeforeTheLastIsSettled()
    {
        var checker = new OutboxChecker(world);
        checker.Sent(Node, Entry(1));
        checker.Sent(Node, Entry(1));
        Fold(checker, Entry(1));
        checker.Sent(Node, Entry(2));
        Assert.Empty(world.Reports);
        checker.Sent(Node, Entry(3));
        Assert.Equal("one entry at a time", Assert.Single(world.Reports).Rule);
    }

    [Fact]
    public void TwoEntriesUnderOneNumber()
    {
        var checker = new OutboxChecker(world);
        checker.Sent(Node, Entry(1));
        checker.Sent(Node, Entry(1, entry: new Leave()));
        Assert.Equal("one entry at a time", Assert.Single(world.Reports).Rule);
    }

    [Fact]
    public void ALostDiskKnowsOfNoEntry()
    {
        var checker = new OutboxChecker(world);
        checker.Sent(Node, Entry(1));
        Node.Disk.Lose();
        checker.Sent(Node, Entry(1, entry: new Leave()));
        Assert.Empty(world.Reports);
    }

    [Fact]
    public void ANumberThatTheLedgerShowsIsNotSignedAnew()
    {
        var checker = new OutboxChecker(world);
        Stand(Fold(sequence: 1));
        checker.Asked(Node, new Sign(new OperationId(1), [.. Entry(2).BodyBytes]));
        Assert.Empty(world.Reports);
        checker.Asked(Node, new Sign(new OperationId(2), [.. Entry(1).BodyBytes]));
        Assert.Equal("one entry at a time", Assert.Single(world.Reports).Rule);
    }

    [Fact]
    public void ALeaderThatHasJustSentSomethingIsNotSuspected()
    {
        var checker = new SuspicionChecker(world);
        Stand(Fold(sequence: 1));
        checker.Asked(Node, new FetchChunk(new OperationId(1), Leader.Identity.Id, default, 0, 1, default));
        checker.Stepped(Node, new ChunkArrived(new OperationId(1)), new StepResult(Node.State!, []));
        world.Now = TimeSpan.FromSeconds(10);
        Suspects(checker);
        Assert.Empty(world.Reports);
        world.Now = TimeSpan.FromSeconds(1);
        Suspects(checker);
        Assert.Equal("nobody is deposed by a clock", Assert.Single(world.Reports).Rule);
        Stand(Fold(sequence: 1), new RoundClocks { IsLeaderBroken = true });
        Suspects(checker);
        Assert.Single(world.Reports);
    }

    /// <summary>Red if only whole chunks count as something that a leader has sent, or any byte at all does.</summary>
    [Fact]
    public void ALeaderOfWhoseChunkEnoughBytesCameIsNotSuspected()
    {
        var checker = new SuspicionChecker(world);
        Stand(Fold(sequence: 1));
        checker.Asked(Node, new FetchChunk(new OperationId(1), Leader.Identity.Id, default, 0, 1, default));
        checker.Stepped(Node, new ChunkProgressed(new OperationId(1), world.ProgressFloorBytes - 1), new StepResult(Node.State!, []));
        Suspects(checker);
        Assert.Empty(world.Reports);
        checker.Stepped(Node, new ChunkProgressed(new OperationId(1), world.ProgressFloorBytes), new StepResult(Node.State!, []));
        Suspects(checker);
        Assert.Equal("nobody is deposed by a clock", Assert.Single(world.Reports).Rule);
    }

    /// <summary>Red if bytes count that come after the node gave the fetch up, and so hears nothing of.</summary>
    [Fact]
    public void WhatALeaderStillSendsOfAFetchThatWasGivenUpCountsNot()
    {
        var checker = new SuspicionChecker(world);
        Stand(Fold(sequence: 1));
        checker.Asked(Node, new FetchChunk(new OperationId(1), Leader.Identity.Id, default, 0, 1, default));
        checker.Asked(Node, new Cancel(new OperationId(1)));
        checker.Stepped(Node, new ChunkProgressed(new OperationId(1), world.ProgressFloorBytes), new StepResult(Node.State!, []));
        checker.Stepped(Node, new ChunkArrived(new OperationId(1)), new StepResult(Node.State!, []));
        Suspects(checker);
        Assert.Empty(world.Reports);
    }

    /// <summary>Red if what a node asked for before it was killed is taken for what it asked for under the same number since.</summary>
    [Fact]
    public void WhatWasAskedForInAnEarlierLifeIsForgotten()
    {
        var checker = new SuspicionChecker(world);
        Stand(Fold(sequence: 1));
        checker.Asked(Node, new FetchChunk(new OperationId(1), Leader.Identity.Id, default, 0, 1, default));
        checker.Asked(Node, new ReadLedger(new OperationId(2), Contract, 0));
        checker.Killed(Node);
        checker.Stepped(Node, new ChunkArrived(new OperationId(1)), new StepResult(Node.State!, []));
        checker.Stepped(Node, new LedgerReadFailed(new OperationId(2), ""), new StepResult(Node.State!, []));
        Suspects(checker);
        Assert.Empty(world.Reports);
    }

    [Fact]
    public void WhoHasVotedSuspectsNobody()
    {
        var checker = new ConductChecker(world);
        var fold = Fold(sequence: 1);
        Stand(fold);
        Says(checker, new Suspect(1, 1, 1));
        Assert.Empty(world.Reports);
        var vote = new Vote(new MergeClaim(default, [Node.Identity.Id]));
        Stand(fold with { Round = fold.Round! with { Votes = fold.Round.Votes.Add(Node.Identity.Id, vote) } });
        Says(checker, new Claim(1, 1, 1));
        Assert.Empty(world.Reports);
        Says(checker, new Suspect(1, 1, 1));
        Assert.Equal("who has voted suspects nobody", Assert.Single(world.Reports).Rule);
    }

    [Fact]
    public void ATermIsGivenUpForTheLateAlone()
    {
        var checker = new ConductChecker(world);
        var fold = Fold(sequence: 1);
        var ready = new ReadyUpdate(default, 1, UpdateMetrics.None, IsFinal: false);
        var late = fold.Round! with
        {
            Frozen = [Node.Identity.Id],
            Ready = fold.Round.Ready.Add(Node.Identity.Id, ready).Add(Leader.Identity.Id, ready),
        };
        Stand(fold with { Round = late });
        Says(checker, new Resign(1, 1, 1));
        Assert.Empty(world.Reports);
        Stand(fold with { Round = late with { Frozen = late.Frozen.Add(Leader.Identity.Id) } });
        Says(checker, new Resign(1, 1, 1));
        Assert.Equal("a term is given up for the late alone", Assert.Single(world.Reports).Rule);
    }

    /// <summary>
    /// Red if a leader may have enough and wait, or is blamed before its time, while it has too little, or once it has decided; and if one
    /// of a later term may wait as long as the first.
    /// </summary>
    [Fact]
    public void ALeaderThatHasEnoughDecidesInTime()
    {
        var checker = new PatienceChecker(world);
        var fold = Fold(sequence: 1);
        var (one, two) = (new BlobId(Digest.Of("one"u8)), new BlobId(Digest.Of("two"u8)));
        var round = fold.Round! with
        {
            Leader = Node.Identity.Id,
            Frozen = [Node.Identity.Id, Leader.Identity.Id],
            Ready = fold.Round.Ready.Add(Node.Identity.Id, new ReadyUpdate(one, 1, UpdateMetrics.None, IsFinal: false))
                .Add(Leader.Identity.Id, new ReadyUpdate(two, 1, UpdateMetrics.None, IsFinal: false)),
        };
        var clocks = new RoundClocks { ClaimedAt = Instant.Zero + TimeSpan.FromSeconds(5) };
        var term = 1;
        void Passes(double seconds, LeaderChoice? choice, params BlobId[] inspected)
        {
            Stand(fold with { Round = round with { Term = term } }, clocks);
            var p = Node.State!.Contracts[Contract];
            Node.State = Node.State with
            {
                Contracts = Node.State.Contracts.SetItem(Contract, p with
                {
                    Choice = choice,
                    Inspections = p.Inspections.AddRange(
                        inspected.Select(blob => KeyValuePair.Create(blob, new Inspection(IsDone: true, null)))),
                }),
            };
            Node.Now = Instant.Zero + TimeSpan.FromSeconds(seconds);
            checker.Stepped(Node, new Woke(), new StepResult(Node.State, []));
        }

        Passes(90, null, one, two);
        Passes(200, null, one);
        Passes(200, new LeaderChoice(1, 1, [], []), one, two);
        Assert.Empty(world.Reports);
        Passes(200, null, one, two);
        Assert.Equal("nobody is waited for without end", Assert.Single(world.Reports).Rule);

        // Once a leader was replaced: half of twice the leader timeout after the last update, and still no longer than before.
        term = 2;
        clocks = clocks with { GatheredAt = Instant.Zero + TimeSpan.FromSeconds(30) };
        Passes(40.5, null, one, two);
        Assert.Single(world.Reports);
        Passes(42, null, one, two);
        Assert.Equal(2, world.Reports.Count);
        clocks = clocks with { GatheredAt = Instant.Zero + TimeSpan.FromSeconds(94) };
        Passes(95.5, null, one, two);
        Assert.Equal(2, world.Reports.Count);
        Passes(97, null, one, two);
        Assert.Equal(3, world.Reports.Count);
    }

    [Fact]
    public void NobodyIsSuspectedWhileTheLedgerDoesNotAnswer()
    {
        var checker = new SuspicionChecker(world);
        Stand(Fold(sequence: 1));
        checker.Asked(Node, new ReadLedger(new OperationId(1), Contract, 0));
        checker.Asked(Node, new ReadLedger(new OperationId(2), Contract, 0));
        checker.Stepped(Node, new LedgerReadFailed(new OperationId(1), ""), new StepResult(Node.State!, []));
        Suspects(checker);
        Assert.Equal("nobody is deposed by a clock", Assert.Single(world.Reports).Rule);
        checker.Stepped(Node, new LedgerRead(new OperationId(2), new LedgerPage(Contract, 0, [], 0)), new StepResult(Node.State!, []));
        Suspects(checker);
        Assert.Single(world.Reports);
    }

    [Fact]
    public void WhereNothingEverWentWrongNoLeaderIsDeposed()
    {
        var checker = new SuspicionChecker(world);
        Stand(Fold(sequence: 1));
        world.Truth = Fold(sequence: 1);
        world.CalmSince = TimeSpan.FromSeconds(5);
        Fold(checker, Entry(1, entry: new Suspect(1, 1, 1)), new TermChanged(2, Leader.Identity.Id, Unresolved: false));
        world.CalmSince = TimeSpan.Zero;
        Fold(checker, Entry(2, entry: new Suspect(1, 1, 1)));
        Fold(checker, Entry(3, entry: new Resign(1, 1, 1)), new TermChanged(2, Leader.Identity.Id, Unresolved: false));
        Assert.Empty(world.Reports);
        Fold(checker, Entry(4, entry: new Suspect(1, 1, 1)), new TermChanged(2, Leader.Identity.Id, Unresolved: false));
        Assert.Equal("nobody is deposed by a clock", Assert.Single(world.Reports).Rule);
    }

    private void Suspects(SuspicionChecker checker) => Says(checker, new Suspect(1, 1, 1));

    private void Says(Checker checker, TrainingEntry entry) => checker.Stepped(Node, new Woke(),
        new StepResult(Node.State!, [new Sign(new OperationId(9), [.. Entry(2, entry: entry).BodyBytes])]));

    private SignedEntry Entry(long sequence, FakeWorld.FakeNode? author = null, TrainingEntry? entry = null) => new(
        new EntryBody(Contract, 0, (author ?? Node).Identity.Id, 1, sequence, TrainingState.FoldVersion, 0, default,
            TrainingEntryCodec.Encode(entry ?? new Claim(1, 1, 1))).Encode(),
        (author ?? Node).Identity.Key, [1]);

    private void Fold(Checker checker, SignedEntry entry, params ImmutableArray<Happening> happenings)
    {
        var after = world.Truth with { Ids = world.Truth.Ids.Add(entry.Id) };
        checker.Folded(new VerifiedEntry(entry, SignatureValid: true), world.Truth,
            new FoldResult(after, Refusal.None, TrainingEntryCodec.Decode(entry.Body.Payload), happenings));
        world.Truth = after;
    }

    private TrainingState Fold(long sequence) => world.Truth with
    {
        Authors = world.Truth.Authors.Add(Node.Identity.Id,
            new Author(Node.Identity.Key, 1, sequence, IsAdmin: false, Standing.Member, LeaderEligible: true)),
        Round = new RoundState
        {
            Round = 1,
            Base = BlobId.None,
            View = [],
            SyncInterval = 1,
            Leader = Leader.Identity.Id,
            Settings = new TrainingSettings("leader", 8, 1, 2, AuditMode.Full, "mean", [], default, 1 << 20,
                LeaderTimeout: TimeSpan.FromSeconds(10), AbsentTimeout: TimeSpan.FromSeconds(90), Grace: TimeSpan.Zero,
                ClaimDelay: TimeSpan.Zero),
        },
    };

    private void Stand(TrainingState fold, RoundClocks? clocks = null)
    {
        var fresh = NodeKernel.Create(Node.Identity, [new ContractReference(Contract, fold.Founding)],
            new SimulatedKeys(new SeededRandom(1)), new KernelOptions());
        Node.State = fresh with
        {
            Contracts =
                fresh.Contracts.SetItem(Contract, fresh.Contracts[Contract] with { Fold = fold, Clocks = clocks ?? new RoundClocks() })
        };
    }
}
