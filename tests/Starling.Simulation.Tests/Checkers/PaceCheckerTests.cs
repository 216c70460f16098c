using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Training;
using Starling.Simulation.Checkers;
using Starling.Simulation.Keys;

namespace Starling.Simulation.Tests.Checkers;

/// <summary>The checker of the pace is shown what a right fold makes of a history, and what wrong ones would.</summary>
public sealed class PaceCheckerTests
{
    private static readonly ContractId Contract = ContractId.Parse("training");
    private static readonly ContractReference Reference = new(Contract, new EntryId(Digest.Of("founding"u8)));

    private static readonly TrainingSettings Adaptive = new("leader", 8, 10, 2, AuditMode.Full, "mean", [], default, 1 << 20,
        TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(9), TimeSpan.Zero, TimeSpan.Zero)
    {
        Adaptive = new AdaptiveInterval(5, 40, 2),
    };

    private readonly FakeWorld world = new();
    private readonly PaceChecker checker;
    private TrainingState state = TrainingState.Empty(Contract, Reference.Founding);

    public PaceCheckerTests()
    {
        world.Truth = state;
        checker = new PaceChecker(world);
    }

    private NodeId A => world.Nodes[0].Identity.Id;

    private NodeId B => world.Nodes[1].Identity.Id;

    /// <summary>Red if the checker does not follow what a right fold does, settings and measures of those left out included.</summary>
    [Fact]
    public void WhatCountsIsWhatTheCommitsSay()
    {
        Found();
        Commit(new SyncPace(10, 10, [0.5]), 0.5, 0.7);
        Commit(new SyncPace(20, 12, [0.5, 0.4]), 0.4, 0.9);
        var narrow = Adaptive with { Adaptive = new AdaptiveInterval(5, 11, 2) };
        Fold(A, new ChangeSettings(narrow), state with { Settings = narrow, Pace = state.Pace with { Interval = 11 } });
        Commit(new SyncPace(32, 11, [0.5, 0.4, 0.3]), 0.3, 0.9);
        Restart(3, new SyncPace(20, 11, [0.5, 0.4]));
        Restart(3, new SyncPace(20, 11, [0.5, 0.4]));
        Restart(2, new SyncPace(10, 10, [0.5]));
        Restart(1, SyncPace.First(narrow));
        Commit(new SyncPace(10, 10, [0.5]), 0.5, 0.7);
        Assert.Empty(world.Reports);
    }

    [Fact]
    public void WhatIsTakenBackCountsNoMore()
    {
        Found();
        Commit(new SyncPace(10, 10, [0.5]), 0.5, 0.7);
        Commit(new SyncPace(20, 12, [0.5, 0.4]), 0.4, 0.7);
        Restart(1, new SyncPace(20, 12, [0.5, 0.4]));
        AssertReported();
    }

    [Fact]
    public void OfTheRoundBeforeNothingCountsEither()
    {
        Found();
        Commit(new SyncPace(10, 10, [0.5]), 0.5, 0.7);
        Commit(new SyncPace(20, 12, [0.5, 0.4]), 0.4, 0.7);
        Restart(2, new SyncPace(10, 10, [0.5, 0.4]));
        AssertReported();
    }

    [Fact]
    public void WhatSomebodyMeasuredThatDidNotContributeCountsNot()
    {
        Found();
        Ready(world.Nodes[2].Identity.Id, 0.1);
        Commit(new SyncPace(10, 10, [0.1]), 0.5, 0.7);
        AssertReported();
    }

    [Fact]
    public void ARoundHasTheIntervalOfWhenItOpened()
    {
        Found();
        Fold(A, new Leave(), state with { Round = state.Round! with { SyncInterval = 11 } });
        AssertReported();
    }

    [Fact]
    public void AProgramThatTrainsByAnotherPace()
    {
        Found();
        Told(10, 0);
        Assert.Empty(world.Reports);
        Told(10, 10);
        AssertReported();
    }

    private void AssertReported()
    {
        Assert.NotEmpty(world.Reports);
        Assert.All(world.Reports, report => Assert.Equal("the pace is that of the commits", report.Rule));
    }

    private void Found() =>
        Fold(A, new Found(Adaptive, [], [], []), Opened(state with { Settings = Adaptive, Pace = SyncPace.First(Adaptive) }, 1));

    private void Restart(long round, SyncPace pace) =>
        Fold(A, new Restart(round), Opened(state with { Epoch = state.Epoch + 1, Pace = pace }, round), new Reopened(round, 1));

    private void Ready(NodeId member, double loss) => Fold(member,
        new Ready(state.Round!.Round, 1, BlobId.None, default, BlobId.None, 1, new UpdateMetrics(loss, 0)), state);

    private void Commit(SyncPace pace, double lossOfA, double lossOfB)
    {
        var round = state.Round!.Round;
        Ready(A, lossOfA);
        Ready(B, lossOfB);
        var commit = new Commit(round, 1, 1, A, new MergeClaim(BlobId.None, [A, B]), [], [], 0) { PaceBefore = state.Pace };
        Fold(B, new AuditedFull(round, 1, 1, BlobId.None, [A, B]), Opened(state with { Pace = pace }, round + 1), new Committed(commit));
    }

    private static TrainingState Opened(TrainingState state, long round) => state with
    {
        Round = new RoundState
        {
            Round = round,
            Base = BlobId.None,
            View = [],
            Settings = state.Settings!,
            SyncInterval = state.Pace.Interval,
        },
    };

    // Of the entry's own bytes the checker reads the author alone.
    private void Fold(NodeId author, TrainingEntry entry, TrainingState after, params Happening[] happenings)
    {
        var body = new EntryBody(
            Contract, 0, author, 1, 1, TrainingState.FoldVersion, 0, default, TrainingEntryCodec.Encode(new Leave()));
        checker.Folded(new VerifiedEntry(new SignedEntry(body.Encode(), new PublicKey([1]), [1]), true), state,
            new FoldResult(after, Refusal.None, entry, [.. happenings]));
        state = after;
    }

    private void Told(int batches, long done)
    {
        var node = NodeKernel.Create(world.Nodes[0].Identity, [Reference], new SimulatedKeys(new SeededRandom(1)), new KernelOptions());
        node = node with { Contracts = node.Contracts.SetItem(Contract, node.Contracts[Contract] with { Fold = state }) };
        checker.Stepped(world.Nodes[0], new Woke(),
            new StepResult(node, [new Deliver(new Assignment(Contract, 1, BlobId.None, batches, done, Last: false))]));
    }
}
