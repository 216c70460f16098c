using System.Globalization;
using Starling.EndToEnd.Tests.Processes;

namespace Starling.EndToEnd.Tests;

/// <summary>
/// A session through the deaths of the node, of the program, and of both. Without either of the two nodes no round ends, so
/// what is counted is exact.
/// </summary>
public sealed class SessionRestartTests : IAsyncLifetime
{
    private const int Rounds = 80, Interval = 2;

    private readonly PythonSwarm swarm = new(2);

    public async ValueTask InitializeAsync() => await swarm.StartAsync();

    public async ValueTask DisposeAsync() => await swarm.DisposeAsync();

    /// <summary>
    /// Red if training does not go on after a death, if the program goes on from another model than the last committed one, or if a round's
    /// batches are lost or counted twice.
    /// </summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task A_program_goes_on_from_the_last_committed_round()
    {
        swarm.Nodes.Folder.WriteModel("zero.safetensors", 0, 0, 0, 0);
        await swarm.FoundAsync("count", $"rounds: {Rounds}, syncInterval: {Interval}, minPeers: 2", "zero.safetensors");
        await swarm.AssignAsync("count", [PythonSwarm.Program("count.py"), swarm.Nodes.Folder.Path]);

        await swarm.ReachAsync("count", 10);
        await swarm.KillNodeAsync(1); // Its program is ended when it starts again, and begun anew.
        await GoesOnAsync(begun: 2);

        await swarm.ReachAsync("count", 30);
        Assert.True(swarm.KillProgram(1));
        await GoesOnAsync(begun: 3);

        await swarm.ReachAsync("count", 50);
        Assert.True(swarm.KillProgram(1));
        await swarm.KillNodeAsync(1);
        await GoesOnAsync(begun: 4);

        await swarm.EndAsync("count");
        var end = Expected(Rounds + 1);
        Assert.Equal(("ends", end, end), Noted(0)[^1]);
        Assert.Equal(("ends", end, end), Noted(1)[^1]);
        Assert.Equal(("begins", 0, 0), Assert.Single(Noted(0), noted => noted.What == "begins"));
        Assert.Equal(4, Noted(1).Count(noted => noted.What == "begins"));
    }

    // While member 1 is away no round begins but the one that may just have been committed.
    private async Task GoesOnAsync(int begun)
    {
        var round = await swarm.RoundAsync("count");
        while (Noted(1).Count < begun)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        var (what, least, most) = Noted(1)[^1];
        Assert.Equal(("begins", least), (what, most));
        Assert.InRange(least, Expected(round), Expected(round + 1));
        await swarm.ReachAsync("count", round + 2);
    }

    // What every weight is where this round begins: the first round merges the initial weights, and each of the others adds its batches.
    private static int Expected(long round) => Math.Max(0, (int)(round - 2) * Interval);

    private List<(string What, int Least, int Most)> Noted(int member)
    {
        var path = swarm.Nodes.Folder[$"counted-{member}"];
        return !File.Exists(path) ? [] : [.. File.ReadLines(path).Select(line => line.Split(' '))
            .Select(
                words => (words[0], int.Parse(words[1], CultureInfo.InvariantCulture), int.Parse(words[2], CultureInfo.InvariantCulture)))];
    }
}
