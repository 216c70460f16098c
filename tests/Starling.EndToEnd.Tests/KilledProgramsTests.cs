using System.Diagnostics;
using Starling.EndToEnd.Tests.Processes;

namespace Starling.EndToEnd.Tests;

/// <summary>Four PyTorch programs with few digits each, through twenty kills at random instants.</summary>
[Collection(nameof(Alone))]
[Trait("Category", "Full")]
public sealed class KilledProgramsTests : IAsyncLifetime
{
    private const int Nodes = 4, Rounds = 500, Interval = 5, Kills = 20, Seed = 5;

    // docs/python.md says so.
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private readonly PythonSwarm swarm = new(Nodes);
    private readonly Random random = new(Seed);

    private enum Victim
    {
        Program,
        Node,
        Both,
    }

    private static string Digits => Path.GetFullPath(Path.Combine(Examples.Path(""), "..", "data", "digits", "digits.csv.gz"));

    public async ValueTask InitializeAsync() => await swarm.StartAsync();

    public async ValueTask DisposeAsync() => await swarm.DisposeAsync();

    /// <summary>
    /// Red if a kill costs the training its end or more than a point of its accuracy, or if after one no whole round is
    /// committed within the bound.
    /// </summary>
    [Fact(Timeout = TimeLimit.Full)]
    public async Task Twenty_kills_cost_neither_the_end_nor_the_accuracy()
    {
        await PythonSwarm.RunPythonAsync(swarm.Nodes.Folder.Path, [PythonSwarm.Program("digits.py"), "--save", "initial.safetensors"]);
        var calm = await TrainAsync("calm", () => Task.CompletedTask);
        var killed = await TrainAsync("killed", KillAsync);
        Tell($"accuracy {killed} with kills and {calm} without");
        Assert.InRange(killed, calm - 0.01, 1);
    }

    private async Task<double> TrainAsync(string contract, Func<Task> disturb)
    {
        await swarm.FoundAsync(contract, $"rounds: {Rounds}, syncInterval: {Interval}, minPeers: 3, preset: local, grace: 5s",
            "initial.safetensors");
        await swarm.AssignAsync(contract, [PythonSwarm.Program("digits.py"), Digits]);
        await swarm.ReachAsync(contract, 5);
        await disturb();
        var reached = PythonPrograms.Accuracies(await swarm.EndAsync(contract, "15m"));
        Assert.Equal(Nodes, reached.Count);
        return Assert.Single(reached.Distinct());
    }

    private async Task KillAsync()
    {
        var took = new List<TimeSpan>();
        while (took.Count < Kills)
        {
            await Task.Delay(TimeSpan.FromSeconds(2 * random.NextDouble()), TestContext.Current.CancellationToken);
            var (victim, node, member) = ((Victim)random.Next(3), random.Next(Nodes), random.Next(Nodes));
            var watcher = (node + 1) % Nodes;
            var round = await swarm.RoundAsync("killed", watcher);
            var clock = Stopwatch.StartNew();
            // A program that is being started again has not come yet; it is killed as soon as it has.
            while (victim != Victim.Node && !swarm.KillProgram(member))
                await PauseAsync(clock, $"node {member} has no program");
            if (victim != Victim.Program)
                await swarm.KillNodeAsync(node);
            // The round may have been over but for its commit; the one behind it needs what was killed, or goes without.
            clock.Restart();
            while (await swarm.RoundAsync("killed", watcher) < round + 2)
                await PauseAsync(clock,
                    $"no round was committed after kill {took.Count + 1} ({victim}, node {node}, member {member}) in round {round}");
            took.Add(clock.Elapsed);
            Tell($"round {round}: {victim}, node {node}, member {member}: {clock.Elapsed.TotalSeconds:0.0} s");
            Assert.True(round + 2 < Rounds, "Training ended before the kills were done.");
        }

        Tell($"median {took.Order().ElementAt(Kills / 2).TotalSeconds:0.0} s, most {took.Max().TotalSeconds:0.0} s");
    }

    private static async Task PauseAsync(Stopwatch clock, string what)
    {
        Assert.True(clock.Elapsed < Bound, $"{what} within {Bound.TotalSeconds:0} s");
        await Task.Delay(50, TestContext.Current.CancellationToken);
    }

    private static void Tell(string line) => TestContext.Current.TestOutputHelper!.WriteLine(line);
}
