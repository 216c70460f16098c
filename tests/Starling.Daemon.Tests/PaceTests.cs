using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Training;
using Starling.Daemon.Http;
using Starling.Daemon.Http.Contracts;
using Starling.Learning.Programs;
using Starling.Node.Events;
using Starling.Node.Loop;

namespace Starling.Daemon.Tests;

public sealed class PaceTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ContractId Easy = ContractId.Parse("easy"), Hard = ContractId.Parse("hard");
    private static readonly NodeId Quick = NodeId.Parse("spiffe://test.example/clinic/quick"),
        Slow = NodeId.Parse("spiffe://test.example/clinic/slow");

    private readonly Pace pace = new(new Traffic());
    private long cursor;

    /// <summary>Red if two contracts that a node trains at once put out each other's measurements, paces or members.</summary>
    [Fact]
    public void Each_contract_has_its_own_measurements_and_pace()
    {
        for (var round = 1; round <= 3; round++)
        {
            Tell(2 * round, new ModelEvaluated(Easy, ModelKind.Local, round, Loss(1)));
            Tell(2 * round, Ready(Easy, round, Quick));
            Tell(2 * round, Committed(Easy, round));
            Tell(10 * round, new ModelEvaluated(Hard, ModelKind.Local, round, Loss(2)));
            Tell(10 * round, Committed(Hard, round));
        }

        Assert.Equal((1, 2), (pace.Of(Easy, Measured), pace.Of(Hard, Measured)));
        Assert.Equal((TimeSpan.FromSeconds(14), TimeSpan.FromSeconds(70)),
            (pace.Of(Easy, known => known.Remaining(10)), pace.Of(Hard, known => known.Remaining(10))));
        Assert.Equal((Start.AddSeconds(6), null),
            (pace.Of(Easy, known => known.LastSeen(Quick)), pace.Of(Hard, known => known.LastSeen(Quick))));

        static double Measured(ContractPace known) => known.Measured.Local!.Evaluation.Loss;
    }

    /// <summary>Red if how long a member still trains is told by another's announcements.</summary>
    [Fact]
    public void Each_member_has_its_own_pace()
    {
        foreach (var (second, round,
            member) in ((int, long, NodeId)[])[(0, 1, Quick), (0, 1, Slow), (2, 2, Quick), (4, 3, Quick), (9, 2, Slow)])
            Tell(second, Ready(Easy, round, member));
        Assert.Equal((TimeSpan.FromSeconds(14), TimeSpan.FromSeconds(72)),
            (pace.Of(Easy, known => known.Remaining(10, Quick)), pace.Of(Easy, known => known.Remaining(10, Slow))));
    }

    /// <summary>Red if a round in which a program did not measure takes away what it measured before.</summary>
    [Fact]
    public void What_a_member_measured_last_stays()
    {
        var tally = MemberTally.None.After(Entry(1, new UpdateMetrics(0.5, 0.75))).After(Entry(2, UpdateMetrics.None));
        Assert.Equal((2L, new UpdateMetrics(0.5, 0.75)), (tally.Round, tally.Metrics));
        Assert.Equal(new UpdateMetrics(0.25, 0.75), tally.After(Entry(3, new UpdateMetrics(0.25, double.NaN))).Metrics);

        static Ready Entry(long round, UpdateMetrics metrics) => new(round, 1, default, default, default, 1, metrics);
    }

    private void Tell(double second, NodeEvent told) => pace.Observe(new StreamedEvent(++cursor, Start.AddSeconds(second), told));

    private static Evaluation Loss(double loss) => new(loss, 0.5, null, null, 10);

    private static MemberReady Ready(ContractId contract, long round, NodeId member) =>
        new(contract, round, member, default, 1, UpdateMetrics.None);

    private static RoundCommitted Committed(ContractId contract, long round) => new(contract, round, 1, Quick, default, [Quick], []);
}
