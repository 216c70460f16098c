using System.Globalization;
using Starling.Core.Contracts;
using Starling.Core.Tests.Kernel;
using Starling.Core.Training;

namespace Starling.Core.Tests.Training;

/// <summary>How the sync interval follows the loss, in the fold.</summary>
public sealed class SyncPaceTests
{
    [Fact]
    public void TranscriptOfFourLosses()
    {
        var lines = new List<string>();
        Write(lines, "falling", [4, 3.5, 3, 2.6, 2.2, 1.9, 1.7, 1.5, 1.4, 1.3, 1.2, 1.1, 1.05, 1, 0.95]);
        Write(lines, "flat", [2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2]);
        Write(lines, "rising", [1, 1.1, 1.3, 1.6, 2, 2.5, 3.1, 3.8, 4.6, 5.5]);
        Write(lines, "missing", [2, 1.5, double.NaN, double.NaN, 1.2, double.PositiveInfinity, 1]);
        Write(lines, "falling, with one bad round", [4, 3, 2.5, 9, 2.2, 2, 1.8, 1.6]);
        GoldenFile.Check("sync-pace.txt", lines);
    }

    [Fact]
    public void AMinorityCannotDriveTheInterval()
    {
        var contract = Script();
        for (var round = 0; round < 6; round++)
        {
            var before = contract.Round.SyncInterval;
            Commit(contract, 4.0 - (round / 2.0), lie: round % 2 == 0 ? 1e300 : -1e300);
            Assert.True(round == 0 || contract.Round.SyncInterval > before);
        }
    }

    [Fact]
    public void WithoutAdaptionTheIntervalIsTheSettingsOwnAndBatchesAreCounted()
    {
        var contract = ContractScript.Begun();
        for (var round = 1; round <= 3; round++)
        {
            Commit(contract, 1.0 / round, lie: 1);
            Assert.Equal((10, 10L * round), (contract.Round.SyncInterval, contract.State.Pace.Done));
        }
    }

    // Else what was taken back would count as trained, and programs would end before their epochs are over.
    [Fact]
    public void WhatAnAdminTakesBackWasNotTrained()
    {
        var contract = Script();
        for (var round = 0; round < 3; round++)
            Commit(contract, 4.0 - round, lie: 0);
        var (second, third) = (contract.State.Commits[1].PaceBefore, contract.State.Commits[2].PaceBefore);
        Assert.Equal((second.Done + second.Interval, second.Done), (third.Done, (long)contract.Founding.Settings.SyncInterval));
        contract.Accept(ContractScript.Admin, new Restart(4));
        Assert.Equal(third.Done + third.Interval, contract.State.Pace.Done);
        contract.Accept(ContractScript.Admin, new Restart(3));
        Same(third);
        contract.Accept(ContractScript.Admin, new Restart(2));
        Same(second);
        contract.Accept(ContractScript.Admin, new Restart(1));
        Same(SyncPace.First(contract.Founding.Settings));

        void Same(SyncPace pace)
        {
            Assert.Equal((pace.Done, pace.Interval, pace.Interval),
                (contract.State.Pace.Done, contract.State.Pace.Interval, contract.Round.SyncInterval));
            Assert.Equal(pace.Losses, contract.State.Pace.Losses);
        }
    }

    [Fact]
    public void AResetOfAContractThatHasEndedBeginsWithTheFirstPaceOfTheSettingsInForce()
    {
        var contract = Script();
        Commit(contract, 1, lie: 0);
        contract.Accept(ContractScript.Admin, new ChangeSettings(contract.Founding.Settings with { SyncInterval = 13, Rounds = 2 }));
        Commit(contract, 0.5, lie: 0);
        Assert.True(contract.State.Ended);
        contract.Accept(ContractScript.Admin, new Restart(1));
        Assert.Equal((0L, 13, false), (contract.State.Pace.Done, contract.Round.SyncInterval, contract.State.Ended));
    }

    [Fact]
    public void OtherSettingsTakeEffectWhenTheNextRoundOpens()
    {
        var contract = Script();
        var settings = contract.Founding.Settings with { Adaptive = new AdaptiveInterval(50, 60, 2) };
        contract.Accept(ContractScript.Admin, new ChangeSettings(settings));
        Assert.Equal(10, contract.Round.SyncInterval);
        Commit(contract, 1, lie: 1);
        Assert.Equal(50, contract.Round.SyncInterval);
        Assert.Equal(10, contract.State.Pace.Done);
    }

    [Theory]
    [InlineData(0, 10, 3)]
    [InlineData(10, 9, 3)]
    [InlineData(1, 1_000_001, 3)]
    [InlineData(1, 10, 0)]
    [InlineData(1, 10, 101)]
    public void BoundsThatAreNoneAreRefused(int least, int most, int window)
    {
        var contract = Script();
        var settings = contract.Founding.Settings with { Adaptive = new AdaptiveInterval(least, most, window) };
        Assert.Equal(Refusal.BadSettings, contract.Append(ContractScript.Admin, new ChangeSettings(settings)));
    }

    private static ContractScript Script()
    {
        var contract = new ContractScript(change: f => f with { Settings = f.Settings with { Adaptive = new AdaptiveInterval(4, 40, 3) } });
        contract.Fold(contract.First);
        return contract;
    }

    private static void Write(List<string> lines, string name, double[] losses)
    {
        var contract = Script();
        lines.Add($"{name}: batches 4 to 40, window 3");
        foreach (var loss in losses)
        {
            var trained = contract.Round.SyncInterval;
            Commit(contract, loss, loss);
            lines.Add(string.Create(CultureInfo.InvariantCulture,
                $"  round {contract.Round.Round - 1} of {trained} batches, loss {loss}: next {contract.Round.SyncInterval}"));
        }
    }

    // All three are ready; one of them tells another loss.
    private static void Commit(ContractScript contract, double loss, double lie)
    {
        foreach (var member in contract.Members)
            contract.Accept(member, contract.ReadyOf(member) with { Metrics = new UpdateMetrics(member == contract.C ? lie : loss, 0) });
        contract.Accept(contract.A, contract.Claim());
        contract.Accept(contract.A, contract.Merged());
        contract.Accept(contract.B, contract.Full());
    }
}
