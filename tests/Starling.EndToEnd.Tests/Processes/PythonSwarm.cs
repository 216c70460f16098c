using System.Diagnostics;
using Starling.Api;

namespace Starling.EndToEnd.Tests.Processes;

/// <summary>Nodes of this machine whose task runs a Python program beside each of them, with this repository's package.</summary>
internal sealed class PythonSwarm : IAsyncDisposable
{
    private readonly StarlingProcess[] running;
    private readonly NodeClient?[] clients;

    /// <summary>Plans a swarm.</summary>
    /// <param name="nodes">How many nodes.</param>
    /// <param name="runners">Task runners besides <c>lab</c>.</param>
    public PythonSwarm(int nodes, params IEnumerable<string> runners) => (Nodes, running, clients) =
        (new ServingNodes(nodes) { Executors = ["process"], Runners = ["lab", .. runners] }, new StarlingProcess[nodes],
            new NodeClient?[nodes]);

    /// <summary>The nodes.</summary>
    public ServingNodes Nodes { get; }

    /// <summary>Where the package's source lies.</summary>
    public static string Package => Path.GetFullPath(Path.Combine(Examples.Path(""), "..", "clients", "python"));

    /// <summary>A program that the tests have.</summary>
    public static string Program(string name) =>
        Path.GetFullPath(Path.Combine(Examples.Path(""), "..", "tests", "Starling.EndToEnd.Tests", "Programs", name));

    /// <summary>Starts the nodes, and makes their task runners.</summary>
    public async Task StartAsync()
    {
        await Nodes.ProvisionAsync();
        for (var node = 0; node < running.Length; node++)
            running[node] = Nodes.Start(node);
        await Nodes.RunAsync("wait-for", "--pause", "200ms", "--retries", "600");
        foreach (var runner in Nodes.Runners)
            await Nodes.RunAsync(["runner", "create", runner, "--operators", .. Nodes.Certificates]);
    }

    /// <summary>Creates a contract for the model in a file.</summary>
    /// <param name="name">The contract.</param>
    /// <param name="training">What stands under <c>training</c>, in YAML's short form.</param>
    /// <param name="model">The file, from the nodes' folder.</param>
    /// <param name="runner">The task runner whose operators are the members.</param>
    public async Task FoundAsync(string name, string training, string model, string runner = "lab")
    {
        Nodes.Folder.Write($"{name}.yaml",
            $"name: {name}\nnodes: {running.Length}\ndata: {{ set: synthetic }}\nprogram: {{ kind: synthetic }}\ntraining: {{ {training} }}\n");
        await Nodes.RunAsync("contract", "create", name, "--experiment", $"{name}.yaml", "--model", model, "--runner", runner);
    }

    /// <summary>Has every node run a program that trains under a contract.</summary>
    /// <param name="contract">The contract, after which the task is named.</param>
    /// <param name="command">The program's path and its arguments.</param>
    /// <param name="environment">Its variables, each <c>NAME=value</c>.</param>
    public Task AssignAsync(string contract, IEnumerable<string> command, params IEnumerable<string> environment) =>
        AssignToAsync("lab", contract, command, environment);

    /// <summary>The same as a task of another task runner.</summary>
    public async Task AssignToAsync(string runner, string contract, IEnumerable<string> command, params IEnumerable<string> environment)
    {
        Nodes.Folder.Write($"train-{contract}.yaml", $"""
            name: train-{contract}
            kind: run-training
            training: {contract}
            outcome: model-{contract}
            body:
              command: [{string.Join(", ", [PythonPrograms.Python, .. command])}]
              environment: [{string.Join(", ", [$"PYTHONPATH={Package}", "PYTHONDONTWRITEBYTECODE=1", .. environment])}]
            """);
        await Nodes.RunAsync("task", "create", $"train-{contract}.yaml", "--runner", runner);
        await Nodes.RunAsync("task", "finalise", $"train-{contract}", "--runner", runner);
        await Nodes.RunAsync("assign", $"train-{contract}", "to", runner, "with", "all", "peers");
    }

    /// <summary>Waits until the task has ended well on all nodes.</summary>
    /// <returns>What the programs wrote.</returns>
    public async Task<string> EndAsync(string contract, string timeout = "5m", string runner = "lab")
    {
        // A node that was killed last may not be up again.
        await Nodes.RunAsync("wait-for");
        var ended = await StarlingProcess.RunAsync(Nodes.Folder.Path, "runner", "wait", runner, "--timeout", timeout);
        var logs = (await Nodes.RunAsync("task", "logs", $"train-{contract}", "--runner", runner)).Output;
        Assert.True(ended.Code == 0, $"{ended.Output}\n{ended.Error}\n{logs}");
        return logs;
    }

    /// <summary>Kills a node, with SIGKILL, and starts it again as whoever watches over it would.</summary>
    public async Task KillNodeAsync(int node)
    {
        await running[node].KillAsync(withChildren: false);
        running[node] = Nodes.Start(node);
    }

    /// <summary>Kills a node's program with SIGKILL.</summary>
    /// <returns>Whether it had one.</returns>
    public bool KillProgram(int node)
    {
        if (Programs(node) is not [var id, ..])
            return false;
        PythonPrograms.Kill(id);
        return true;
    }

    /// <summary>The round that a contract is in, as a node folded it. A node that is being started again is waited for.</summary>
    public async Task<long> RoundAsync(string contract, int node = 0)
    {
        while (true)
        {
            try
            {
                return (await (clients[node] ??= Nodes.Client(node)).GetContractAsync(contract,
                    TestContext.Current.CancellationToken)).Round;
            }
            catch (NodeClientException)
            {
                await Task.Delay(100, TestContext.Current.CancellationToken);
            }
        }
    }

    /// <summary>Waits for a round to be reached.</summary>
    public async Task ReachAsync(string contract, long round, int node = 0)
    {
        while (await RoundAsync(contract, node) < round)
            await Task.Delay(20, TestContext.Current.CancellationToken);
    }

    /// <summary>The process of a node.</summary>
    public int Id(int node) => running[node].Id;

    /// <summary>The processes of this machine that are a node's program: each works in its node's folder.</summary>
    public IReadOnlyList<int> Programs(int node) => PythonPrograms.In(Nodes.Folder[$"node-{node}"]);

    /// <summary>Runs Python in a folder, without a node. It must end well.</summary>
    /// <returns>What it wrote on standard output.</returns>
    public static async Task<string> RunPythonAsync(string folder, IEnumerable<string> arguments,
        params IEnumerable<(string Name, string Value)> environment)
    {
        var start = new ProcessStartInfo(PythonPrograms.Python, arguments) { WorkingDirectory = folder };
        foreach (var (name, value) in environment.Concat([("PYTHONPATH", Package), ("PYTHONDONTWRITEBYTECODE", "1")]))
            start.Environment[name] = value;
        var result = await GuardedProcess.RunAsync(start);
        Assert.True(result.Code == 0, $"exit code {result.Code}\n{result.Output}\n{result.Error}");
        return result.Output;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        foreach (var client in clients)
            client?.Dispose();
        return Nodes.DisposeAsync();
    }
}
