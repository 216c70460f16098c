using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Starling.EndToEnd.Tests.Processes;

namespace Starling.EndToEnd.Tests;

/// <summary>Programs in Python beside four nodes, with the real PyTorch.</summary>
public sealed partial class PythonProgramTests : IAsyncLifetime
{
    private const string Python = "/usr/bin/python3";
    private const int Nodes = 4;

    private readonly ServingNodes nodes = new(Nodes) { Executors = ["process"] };
    private StarlingProcess[] running = [];
    private string? mnist;

    private static string Example => Path.Combine(Root(), "examples", "mnist-torch");

    private static string Package => Path.Combine(Root(), "clients", "python");

    public async ValueTask InitializeAsync()
    {
        await nodes.ProvisionAsync();
        running = [.. Enumerable.Range(0, Nodes).Select(nodes.Start)];
        await nodes.RunAsync("wait-for", "--pause", "200ms", "--retries", "600");
        await nodes.RunAsync(["runner", "create", "lab", "--operators", .. nodes.Certificates]);
    }

    public async ValueTask DisposeAsync() => await nodes.DisposeAsync();

    /// <summary>
    /// Red if a PyTorch program does not reach its swarm's accuracy by its callback alone, ends with another model than its peers, its model is not the contract's, or one that is killed
    /// is not started again or does not go on from the last merged model.
    /// </summary>
    [Fact]
    public async Task Four_programs_with_few_digits_each_learn_all_of_them_though_one_is_killed()
    {
        await TrainAsync();
        await ReachAsync(10);
        KillProgram(1);
        var reached = await EndAsync();
        Assert.True(reached >= 0.93, $"accuracy {reached}"); // One of them alone cannot reach 0.5.
        await nodes.RunAsync("model", "download", "digits", "--out", "final.safetensors");
        const string program = "import model, rows, sys, starling.torch as s; m = model.make(rows.SIDE); s.load(m, sys.argv[1]); print('accuracy %.4f' % model.accuracy(m, rows.test()))";
        Assert.Equal(reached, Reached(await RunPythonAsync("-c", program, nodes.Folder["final.safetensors"])).Single());
    }

    /// <summary>Red if programs and nodes that are killed cost a training its end or its accuracy, or if the swarm falls behind pooled rows by more than a point.</summary>
    [Fact]
    [Trait("Category", "Full")]
    public async Task Three_epochs_of_MNIST_come_within_a_point_of_pooled_rows_through_kills()
    {
        mnist = Environment.GetEnvironmentVariable("STARLING_MNIST");
        Assert.False(string.IsNullOrEmpty(mnist), "STARLING_MNIST must name a folder of the IDX files; ./test --full sees to it.");
        await TrainAsync();
        await ReachAsync(40);
        KillProgram(1);
        await ReachAsync(90);
        await KillNodeAsync(2);
        await ReachAsync(140);
        KillProgram(3);
        await KillNodeAsync(3);
        var reached = await EndAsync();
        var pooled = Reached(await RunPythonAsync("alone.py")).Single();
        TestContext.Current.TestOutputHelper?.WriteLine($"swarm {reached}, pooled {pooled}");
        Assert.InRange(reached, Math.Max(0.975, pooled - 0.01), 1);
    }

    private async Task TrainAsync()
    {
        await RunPythonAsync("-c", "import model, rows, sys, starling.torch; starling.torch.save(model.make(rows.SIDE), sys.argv[1])", nodes.Folder["initial.safetensors"]);
        await nodes.RunAsync("contract", "create", "digits", "--experiment", Path.Combine(Example, "experiment.yaml"), "--model", "initial.safetensors");
        await AssignAsync();
    }

    /// <summary>Waits for the end, which must be the same for all.</summary>
    /// <returns>The accuracy that the programs measured.</returns>
    private async Task<double> EndAsync()
    {
        await nodes.RunAsync("runner", "wait", "--timeout", "15m");
        var reached = Reached((await nodes.RunAsync("task", "logs", "train")).Output);
        Assert.Equal(Nodes, reached.Count);
        return Assert.Single(reached.Distinct());
    }

    private async Task KillNodeAsync(int node)
    {
        await running[node].KillAsync(withChildren: false);
        running[node] = nodes.Start(node);
    }

    private void KillProgram(int node)
    {
        using var process = Process.GetProcessById(Assert.Single(Programs(node)));
        process.Kill();
    }

    private async Task ReachAsync(long round)
    {
        while (await RoundAsync() < round)
            await Task.Delay(100, TestContext.Current.CancellationToken);
    }

    private async Task<long> RoundAsync() =>
        (await nodes.RunAsync("contract", "status", "digits", "--json")).Json().GetProperty("round").GetInt64();

    // The processes of this machine that are a node's program: each works in its node's folder.
    private List<int> Programs(int node) => [.. Directory.EnumerateDirectories("/proc")
        .Select(path => int.TryParse(Path.GetFileName(path), out var id) ? id : 0).Where(id => id > 0 && IsProgram(id, nodes.Folder[$"node-{node}"] + "/"))];

    private static bool IsProgram(int id, string folder)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline").Split('\0') is [Python, ..] && new DirectoryInfo($"/proc/{id}/cwd").LinkTarget?.StartsWith(folder, StringComparison.Ordinal) == true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // It has just ended.
        }
    }

    private async Task AssignAsync()
    {
        nodes.Folder.Write("train.yaml", $"""
            name: train
            kind: run-training
            training: digits
            outcome: a model
            body:
              command: [{Python}, {Path.Combine(Example, "train.py")}]
              environment: [PYTHONPATH={Package}, PYTHONDONTWRITEBYTECODE=1{(mnist is null ? "" : $", STARLING_DATA={mnist}")}]
            """);
        await nodes.RunAsync("task", "create", "train.yaml");
        await nodes.RunAsync("task", "finalise", "train");
        await nodes.RunAsync("assign", "train", "with", "all", "peers");
    }

    private async Task<string> RunPythonAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Python, arguments) { RedirectStandardOutput = true, WorkingDirectory = Example };
        (start.Environment["PYTHONPATH"], start.Environment["PYTHONDONTWRITEBYTECODE"]) = (Package, "1");
        if (mnist is not null)
            start.Environment["STARLING_DATA"] = mnist;
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    private static List<double> Reached(string output) => [.. Accuracy().Matches(output).Select(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];

    [GeneratedRegex(@"accuracy (0\.\d+)")]
    private static partial Regex Accuracy();

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
