using Starling.Core.Training;
using Starling.Simulation.Exploration;

namespace Starling.Simulation.Tests.Exploration;

/// <summary>
/// The production fold with a production kernel in each honest node. What turns these red: the rules in <c>tests/mutants</c>
/// that a node keeps by itself.
/// </summary>
public sealed class KernelExplorationTests
{
    [Theory]
    [InlineData(AuditMode.Full, ExplorationFault.None, false)]
    [InlineData(AuditMode.Off, ExplorationFault.Death, false)]
    [InlineData(AuditMode.Sampled, ExplorationFault.Death, false)]
    [InlineData(AuditMode.Full, ExplorationFault.Byzantine, false)]
    [InlineData(AuditMode.Full, ExplorationFault.Byzantine, true)]
    [InlineData(AuditMode.Sampled, ExplorationFault.LostDisk, true)]
    public void TwoNodesAreSafeAndCommit(AuditMode audit, ExplorationFault fault, bool beginsReady) => Whole(2, audit, fault, beginsReady);

    /// <summary>
    /// Red if the exploration takes for a holder whom the kernel does not ask, since it has not voted: with three members and audits off it
    /// then waits for ever for that request.
    /// </summary>
    [Fact]
    public void WhoHasNoVoteIsNotAskedForAMerge()
    {
        var report = Explorer.Run(
            new ExplorationRequest
            {
                Scope = ExplorationScope.Kernel,
                Audit = AuditMode.Off,
                Fault = ExplorationFault.Byzantine,
                MostStates = 2_000
            }, null, TestContext.Current.CancellationToken);
        Assert.Null(report.Violation);
        Assert.True(report.States > 2_000);
    }

    /// <summary>Red if cancellation is asked for between states alone: a kernel that never comes to rest could not be ended.</summary>
    [Fact]
    public void ItEndsWithinAState()
    {
        var contract = new ExploredContract(new ExplorationRequest { Scope = ExplorationScope.Kernel, Nodes = 2 },
            new CancellationToken(canceled: true));
        Assert.Throws<OperationCanceledException>(() => new KernelSystem(contract));
    }

    [Theory]
    [Trait("Category", "Full")]
    [MemberData(nameof(All))]
    public void TheWholeMatrixHolds(int nodes, AuditMode audit, ExplorationFault fault, bool beginsReady) =>
        Whole(nodes, audit, fault, beginsReady);

    public static TheoryData<int, AuditMode, ExplorationFault, bool> All()
    {
        var all = new TheoryData<int, AuditMode, ExplorationFault, bool>();
        foreach (var audit in Enum.GetValues<AuditMode>())
        {
            all.Add(2, audit, ExplorationFault.Byzantine, false);
            all.Add(2, audit, ExplorationFault.Death, false);
            all.Add(2, audit, ExplorationFault.LostDisk, false);
            all.Add(3, audit, ExplorationFault.None, false);
            all.Add(3, audit, ExplorationFault.Death, false);
            all.Add(3, audit, ExplorationFault.LostDisk, false);
            all.Add(3, audit, ExplorationFault.Byzantine, false);
            all.Add(3, audit, ExplorationFault.Death, true);
            all.Add(3, audit, ExplorationFault.LostDisk, true);
            all.Add(3, audit, ExplorationFault.Byzantine, true);
        }

        return all;
    }

    private static void Whole(int nodes, AuditMode audit, ExplorationFault fault, bool beginsReady) => FoldExplorationTests.Whole(
        new ExplorationRequest { Scope = ExplorationScope.Kernel, Nodes = nodes, Audit = audit, Fault = fault, BeginsReady = beginsReady });
}
