using System.Globalization;
using System.Text.RegularExpressions;
using Starling.EndToEnd.Tests.Processes;

namespace Starling.EndToEnd.Tests;

/// <summary>500 MB of weights between three programs and their nodes.</summary>
[Collection(nameof(Alone))]
[Trait("Category", "Full")]
public sealed partial class LargeProgramTests : IAsyncLifetime
{
    private const int Members = 3;
    private const long Size = 500_000_000, Most = 3 * Size;

    private readonly PythonSwarm swarm = new(Members);

    public async ValueTask InitializeAsync() => await swarm.StartAsync();

    public async ValueTask DisposeAsync() => await swarm.DisposeAsync();

    /// <summary>
    /// Red if a program or a node ever holds more than three copies of the model, all else that it has in memory included.
    /// </summary>
    [Fact(Timeout = TimeLimit.Full)]
    public async Task Neither_a_program_nor_its_node_holds_more_than_three_copies()
    {
        var (program, size) = (PythonSwarm.Program("large.py"), Size.ToString(CultureInfo.InvariantCulture));
        await PythonSwarm.RunPythonAsync(swarm.Nodes.Folder.Path, [program, size, "initial.safetensors"]);
        await swarm.FoundAsync("large", $"rounds: 3, syncInterval: 1, minPeers: {Members}, leaderTimeout: 30s", "initial.safetensors");
        await swarm.AssignAsync("large", [program, size]);
        List<double> programs = [.. Copies().Matches(await swarm.EndAsync("large", "15m"))
            .Select(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];
        List<long> nodes = [.. Enumerable.Range(0, Members).Select(node => Peak(swarm.Id(node)))];
        TestContext.Current.TestOutputHelper!.WriteLine($"copies in programs: {string.Join(", ", programs)}; in nodes: {string.Join(", ", nodes.Select(bytes => $"{(double)bytes / Size:0.00}"))}");
        Assert.Equal(Members, programs.Count);
        Assert.All(programs, copies => Assert.InRange(copies, 2, 3)); // Its own and the merged ones are two.
        Assert.All(nodes, bytes => Assert.InRange(bytes, 1, Most));
    }

    private static long Peak(int process) => 1024 * long.Parse(
        HighWater().Match(File.ReadAllText($"/proc/{process}/status")).Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"copies (\d\.\d+)")]
    private static partial Regex Copies();

    [GeneratedRegex(@"VmHWM:\s+(\d+) kB")]
    private static partial Regex HighWater();
}
