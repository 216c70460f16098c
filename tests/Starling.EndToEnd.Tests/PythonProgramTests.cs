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

    private static string Example => Path.Combine(Root(), "examples", "mnist-torch");

    private static string Package => Path.Combine(Root(), "clients", "python");

    public async ValueTask InitializeAsync()
    {
        await nodes.ProvisionAsync();
        nodes.Start();
        await nodes.RunAsync("wait-for", "--pause", "200ms", "--retries", "600");
        await nodes.RunAsync(["runner", "create", "lab", "--operators", .. nodes.Certificates]);
        await RunPythonAsync("import model, rows, sys, starling.torch; starling.torch.save(model.make(rows.SIDE), sys.argv[1])", nodes.Folder["initial.safetensors"]);
        await nodes.RunAsync("contract", "create", "digits", "--experiment", Path.Combine(Example, "experiment.yaml"), "--model", "initial.safetensors");
    }

    public async ValueTask DisposeAsync() => await nodes.DisposeAsync();

    /// <summary>
    /// Red if a PyTorch program does not reach its swarm's accuracy by its callback alone, ends with another model than its peers, its model is not the contract's, or one that is killed
    /// is not started again or does not go on from the last merged model.
    /// </summary>
    [Fact]
    public async Task Four_programs_with_few_digits_each_learn_all_of_them_though_one_is_killed()
    {
        await AssignAsync("EPOCHS=25");
        while (await RoundAsync() < 10)
            await Task.Delay(100, TestContext.Current.CancellationToken);
        var victim = Programs()[0];
        Process.GetProcessById(victim).Kill();
        await nodes.RunAsync("runner", "wait", "--timeout", "5m");
        var logs = (await nodes.RunAsync("task", "logs", "train")).Output;
        var reached = Accuracy().Matches(logs).Select(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(Nodes, reached.Count);
        Assert.Single(reached.Distinct());
        Assert.True(reached[0] >= 0.93, $"accuracy {reached[0]}"); // One of them alone cannot reach 0.6.
        await nodes.RunAsync("model", "download", "digits", "--out", "final.safetensors");
        var measured = await RunPythonAsync(
            "import model, rows, sys, starling.torch as s; m = model.make(rows.SIDE); s.load(m, sys.argv[1]); print('accuracy %.4f' % model.accuracy(m, rows.load()[1]))", nodes.Folder["final.safetensors"]);
        Assert.Equal(reached[0], double.Parse(Accuracy().Match(measured).Groups[1].Value, CultureInfo.InvariantCulture));
    }

    private async Task<long> RoundAsync() =>
        (await nodes.RunAsync("contract", "status", "digits", "--json")).Json().GetProperty("round").GetInt64();

    // The processes of this machine that are this test's programs: its own folder of nodes is where they work.
    private List<int> Programs() =>
        [.. Directory.EnumerateDirectories("/proc").Select(path => int.TryParse(Path.GetFileName(path), out var id) ? id : 0).Where(id => id > 0 && IsProgram(id))];

    private bool IsProgram(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline").Split('\0') is [Python, ..] && new DirectoryInfo($"/proc/{id}/cwd").LinkTarget?.StartsWith(nodes.Folder.Path, StringComparison.Ordinal) == true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // It has just ended.
        }
    }

    private async Task AssignAsync(string variable)
    {
        nodes.Folder.Write("train.yaml", $"""
            name: train
            kind: run-training
            training: digits
            outcome: a model
            body:
              command: [{Python}, {Path.Combine(Example, "train.py")}]
              environment: [PYTHONPATH={Package}, PYTHONDONTWRITEBYTECODE=1, {variable}]
            """);
        await nodes.RunAsync("task", "create", "train.yaml");
        await nodes.RunAsync("task", "finalise", "train");
        await nodes.RunAsync("assign", "train", "with", "all", "peers");
    }

    private static async Task<string> RunPythonAsync(string program, string argument)
    {
        var start = new ProcessStartInfo(Python, ["-c", program, argument]) { RedirectStandardOutput = true, WorkingDirectory = Example };
        (start.Environment["PYTHONPATH"], start.Environment["PYTHONDONTWRITEBYTECODE"]) = (Package, "1");
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    [GeneratedRegex(@"accuracy (0\.\d+)")]
    private static partial Regex Accuracy();

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
