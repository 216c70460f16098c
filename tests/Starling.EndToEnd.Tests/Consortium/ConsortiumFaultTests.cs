using System.Globalization;
using Starling.EndToEnd.Tests.Consortium.Faults;
using Starling.EndToEnd.Tests.Processes;

namespace Starling.EndToEnd.Tests.Consortium;

/// <summary>
/// Links that are cut or slow, members of etcd and nodes that are killed, disks that are emptied or are those of before, clocks that leap,
/// and organisations that are gone for good, while five nodes of three organisations train.
/// </summary>
[Collection(nameof(Alone))]
[Trait("Category", "Full")]
public sealed class ConsortiumFaultTests(FaultRuns runs, ITestOutputHelper output) : IClassFixture<FaultRuns>
{
    private const int Schedules = 50;

    // Debian's package faketime has it below the folder of the machine's architecture.
    private const string ClockLibrary = "libfaketimeMT.so.1";

    /// <summary>The seeds; STARLING_FAULT_SEEDS, as <c>6-10</c>, chooses some of them.</summary>
    public static TheoryData<int> Seeds => [.. Chosen];

    private static IReadOnlyList<int> Chosen
    {
        get
        {
            var ends = (Environment.GetEnvironmentVariable("STARLING_FAULT_SEEDS") ?? $"1-{Schedules}").Split('-')
                .Select(end => int.Parse(end, CultureInfo.InvariantCulture)).ToList();
            return [.. Enumerable.Range(ends[0], ends[^1] - ends[0] + 1)];
        }
    }

    /// <summary>
    /// Red if two nodes tell different merges of a round, a round is lost, a node signs twice or is named, a leader is deposed that was
    /// there, a site is missing in a merge and nobody said why, those who are left do not train together afterwards, or an admin cannot end
    /// what waits for those who are gone.
    /// </summary>
    [Theory(Timeout = TimeLimit.Full)]
    [MemberData(nameof(Seeds))]
    public async Task Faults_cost_time_and_nothing_else(int seed)
    {
        if (await BridgedNetwork.MissingAsync("iptables", "tc", "faketime") is { } missing)
            Assert.Skip(missing);
        var library = Directory.EnumerateFiles("/usr/lib", ClockLibrary, SearchOption.AllDirectories).First();
        await runs.OutcomeAsync(seed, Chosen.Contains(seed + 1) ? seed + 1 : null, library, output.WriteLine);
    }
}
