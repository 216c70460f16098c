using System.Text.Json;
using Starling.EndToEnd.Tests.Processes;

namespace Starling.EndToEnd.Tests;

/// <summary>Nodes that serve two sessions at once: of two tasks, which two task runners have them carry out under two contracts.</summary>
public sealed class SeveralSessionsTests : IAsyncLifetime
{
    private const int Nodes = 2, Rounds = 20;

    private static readonly string Program = PythonSwarm.Program("kinds.py");

    private readonly PythonSwarm swarm = new(Nodes, "study");

    public async ValueTask InitializeAsync() => await swarm.StartAsync();

    public async ValueTask DisposeAsync() => await swarm.DisposeAsync();

    /// <summary>
    /// Each program waits in its middle for the other session's, so that neither training ends unless they go on at once. Red if a node
    /// does one after the other, takes a model or a measurement for the other contract's, opens a session to the other's token, or if
    /// <c>contract perf</c> lacks for a member how far it is, what it measured, or how long it still trains.
    /// </summary>
    [Fact(Timeout = 2 * TimeLimit.Quick)]
    public async Task Two_trainings_go_on_at_once_each_with_programs_of_its_own()
    {
        await BeginAsync("lab", "easy", ["4", "1"], other: "hard");
        await BeginAsync("study", "hard", ["6", "3"], other: "easy");
        await SeeMembersAsync("easy");
        await SeeMembersAsync("hard");
        swarm.Nodes.Folder.Write("go", "");
        // One member's rows alone give 0.56 and 0.38.
        Assert.InRange(await EndAsync("lab", "easy", ["4", "1"]), 0.9, 1);
        Assert.InRange(await EndAsync("study", "hard", ["6", "3"]), 0.45, 0.7);
    }

    private async Task BeginAsync(string runner, string contract, string[] kinds, string other)
    {
        await PythonSwarm.RunPythonAsync(swarm.Nodes.Folder.Path, [Program, .. kinds, "--save", $"{contract}.safetensors"]);
        await swarm.FoundAsync(contract, $"rounds: {Rounds}, syncInterval: 5, minPeers: {Nodes}", $"{contract}.safetensors", runner);
        await swarm.AssignToAsync(runner, contract, [Program, .. kinds.Select(word => $"'{word}'"), swarm.Nodes.Folder.Path, other]);
    }

    /// <summary>Waits until every member is seen in the middle of its training, which goes no further before it is let.</summary>
    private async Task SeeMembersAsync(string contract)
    {
        while (true)
        {
            var members = (await swarm.Nodes.RunAsync("contract", "perf", contract, "--json")).Json().EnumerateArray().ToList();
            if (members.Count == Nodes && members.All(IsSeen))
                break;
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        var lines = (await swarm.Nodes.RunAsync("contract", "perf", contract)).Output.Split('\n')
            .Where(line => line.Contains("spiffe://", StringComparison.Ordinal)).ToList();
        Assert.Equal(Nodes, lines.Count);
        Assert.All(lines, line => Assert.Matches(@" \d+\.\d % .* (\d+\.\d s|\d+ min \d+ s|\d+ h \d+ min) ", line));
    }

    private static bool IsSeen(JsonElement member) => member.GetProperty("round").GetInt64() is > 1 and < Rounds
        && Number(member, "loss") is > 0 && Number(member, "accuracy") is > 0 and <= 1 && Number(member, "remainingSeconds") is > 0;

    private static double? Number(JsonElement member, string name) =>
        member.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    /// <summary>Waits for the end, which must be the same for all members, and for who measures the contract's model.</summary>
    /// <returns>The accuracy that its members reached.</returns>
    private async Task<double> EndAsync(string runner, string contract, string[] kinds)
    {
        var told = await swarm.EndAsync(contract, runner: runner);
        Assert.Equal(2 * Nodes,
            told.Split("refused: The token is not this session's; send the one of STARLING_SESSION_TOKEN. A session belongs to the program that its node started.").Length - 1);
        await swarm.Nodes.RunAsync("model", "download", contract, "--out", $"final-{contract}.safetensors");
        var measured =
            await PythonSwarm.RunPythonAsync(swarm.Nodes.Folder.Path, [Program, .. kinds, "--measure", $"final-{contract}.safetensors"]);
        Assert.Equal(Nodes, PythonPrograms.Accuracies(told).Count);
        return Assert.Single(PythonPrograms.Accuracies(told).Concat(PythonPrograms.Accuracies(measured)).Distinct());
    }
}
