using System.Globalization;
using Starling.Core.Training;
using Starling.Simulation.Exploration;

namespace Starling.Simulation.Tests.Exploration;

/// <summary>
/// The production fold under all orders of all entries. What turns these red: each weakened rule in <c>tests/mutants</c>.
/// </summary>
public sealed class FoldExplorationTests
{
    [Theory]
    [InlineData(2, AuditMode.Full, ExplorationFault.None)]
    [InlineData(2, AuditMode.Sampled, ExplorationFault.LostDisk)]
    [InlineData(2, AuditMode.Off, ExplorationFault.Byzantine)]
    [InlineData(3, AuditMode.Full, ExplorationFault.None)]
    [InlineData(3, AuditMode.Off, ExplorationFault.Byzantine)]
    public void EveryStateIsSafeAndEveryFairRunCommits(int nodes, AuditMode audit, ExplorationFault fault) =>
        Whole(new ExplorationRequest { Nodes = nodes, Audit = audit, Fault = fault });

    [Theory]
    [Trait("Category", "Full")]
    [MemberData(nameof(All))]
    public void TheWholeMatrixHolds(int nodes, int minPeers, AuditMode audit, ExplorationFault fault) =>
        Whole(new ExplorationRequest { Nodes = nodes, MinPeers = minPeers, Audit = audit, Fault = fault });

    /// <summary>The fold bears members that do what no node does. Red if it no longer compares openings: <c>06-no-opening</c>.</summary>
    [Fact]
    [Trait("Category", "Full")]
    public void MembersThatAppendBeforeTheyHaveReadBackDoNoHarm() => Whole(new ExplorationRequest { Pipelined = true });

    public static TheoryData<int, int, AuditMode, ExplorationFault> All()
    {
        var all = new TheoryData<int, int, AuditMode, ExplorationFault>();
        foreach (var audit in Enum.GetValues<AuditMode>())
            foreach (var fault in Enum.GetValues<ExplorationFault>())
                foreach (var (nodes, minPeers) in new[] { (2, 2), (3, 2), (3, 3) })
                    all.Add(nodes, minPeers, audit, fault);
        return all;
    }

    internal static void Whole(ExplorationRequest request)
    {
        var report = Explorer.Run(request, null, TestContext.Current.CancellationToken);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{request}: {report}"));
        Assert.True(report.Violation is null, Text(report.Violation));
        Assert.True(report.IsWhole);
    }

    private static string Text(ExplorationViolation? violation) => violation is null
        ? ""
        : $"{violation.Rule}: {violation.What}\n  {string.Join("\n  ", violation.Run)}\n  ~ {string.Join("\n  ~ ", violation.Loop)}\n{violation.End}";
}
