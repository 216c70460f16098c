using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Starling.Api;
using Starling.EndToEnd.Tests.Processes;

namespace Starling.EndToEnd.Tests;

/// <summary>From a file of rows to a program that trains on it, as docs/own-data.md goes.</summary>
public sealed partial class OwnDataTests : IDisposable
{
    private const string Python = "/usr/bin/python3";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Red if a script cannot tell by exit code and JSON whether a file can be trained on, and why not.</summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task A_file_is_explained()
    {
        folder.Write("good.csv", "a,b,kind\n1,2,x\n3,4,y\n");
        folder.Write("bad.csv", "a,b,kind\n1,,x\n3,4,y\n5\n");
        var good = (await StarlingProcess.RunAsync(folder.Path, "check", "good.csv", "--json")).Ended(ExitCode.Done).Json();
        Assert.True(good.GetProperty("trainable").GetBoolean());
        Assert.Equal(("kind", true),
            (good.GetProperty("label").GetProperty("name").GetString(), good.GetProperty("label").GetProperty("guessed").GetBoolean()));
        var bad = (await StarlingProcess.RunAsync(folder.Path, "check", "bad.csv", "--label", "kind", "--json")).Ended(ExitCode.Data);
        Assert.Contains("bad.csv: cannot be trained on as it is, for 2 reasons", bad.Error, StringComparison.Ordinal);
        Assert.Equal([4, 2],
            JsonDocument.Parse(bad.Output).RootElement.GetProperty("faults").EnumerateArray()
                .Select(fault => fault.GetProperty("lines")[0].GetInt32()));
        (await StarlingProcess.RunAsync(folder.Path, "check", "none.csv")).Ended(ExitCode.Data);
    }

    /// <summary>
    /// Red if a project in Python does not train as it is made: with rows that lack values, have texts and count themselves, alone
    /// and as a member of several.
    /// </summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task A_new_Python_project_trains()
    {
        folder.Write("patients.csv", Patients());
        var made = (await StarlingProcess.RunAsync(folder.Path, "new", "clinic", "--lang", "python", "--data", "patients.csv", "--label",
            "ill", "--nodes", "3", "--json")).Ended(ExitCode.Done).Json();
        Assert.Equal(["id (identifier)"], made.GetProperty("leftOut").EnumerateArray().Select(each => each.GetString()));
        Assert.InRange(await ReachAsync([Python, folder["clinic/train.py"]]), 0.9, 1);
        Assert.InRange(await ReachAsync([Python, folder["clinic/train.py"]], "STARLING_MEMBER=1", "STARLING_MEMBERS=3"), 0.85, 1);
        Assert.Contains("nothing is overwritten",
            (await StarlingProcess.RunAsync(folder.Path, "new", "clinic", "--lang", "python")).Ended(ExitCode.Usage).Error,
            StringComparison.Ordinal);
    }

    /// <summary>
    /// Red if a project in C# does not build without a network, does not train as it is made, or trains what it was before a change.
    /// </summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task A_new_CSharp_project_trains()
    {
        (await StarlingProcess.RunAsync(folder.Path, "new", "fruit", "--lang", "csharp", "--nodes", "3")).Ended(ExitCode.Done);
        string[] program = ["dotnet", folder["fruit/bin/program.dll"]];
        Assert.InRange(await ReachAsync(program), 0.9, 1);
        Assert.InRange(await ReachAsync(program, "STARLING_MEMBER=1", "STARLING_MEMBERS=3", $"STARLING_WRITE_SCORE={folder["score.json"]}"),
            0.85, 1);
        Assert.Equal(120,
            JsonDocument.Parse(await File.ReadAllTextAsync(folder["score.json"], TestContext.Current.CancellationToken)).RootElement
                .GetProperty("examples").GetInt32());
        var (code, _) = await StartAsync(program, $"STARLING_WRITE_MODEL={folder["initial.safetensors"]}");
        Assert.Equal(0, code);
        Assert.Contains("12 parameters",
            (await StarlingProcess.RunAsync(folder.Path, "model", "show", "initial.safetensors")).Ended(ExitCode.Done).Output,
            StringComparison.Ordinal);
        File.SetLastWriteTimeUtc(folder["fruit/Softmax.cs"], DateTime.UtcNow.AddDays(1));
        var (refused, said) = await StartAsync(program);
        Assert.Equal((int)ExitCode.Configuration, refused);
        Assert.Contains("has changed since the program was built; build it: dotnet build", said, StringComparison.Ordinal);
    }

    /// <summary>Red if a new project does not run in a swarm as it is made, or its swarm is worse than its members alone.</summary>
    [Theory(Timeout = TimeLimit.Quick)]
    [InlineData("python")]
    [InlineData("csharp")]
    public async Task A_new_project_runs_in_a_swarm(string language)
    {
        folder.Write("patients.csv", Patients());
        (await StarlingProcess.RunAsync(folder.Path, "new", "clinic", "--lang", language, "--data", "patients.csv", "--nodes",
            "3")).Ended(ExitCode.Done);
        var result = (await StarlingProcess.RunAsync(folder.Path, "run", "clinic/experiment.yaml", "--json")).Ended(ExitCode.Done).Json();
        var accuracy = result.GetProperty("accuracy");
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{accuracy} after {result.GetProperty("rounds")} rounds in {result.GetProperty("seconds")} s");
        Assert.InRange(accuracy.GetProperty("swarm").GetDouble(), accuracy.GetProperty("aloneMean").GetDouble() - 0.05, 1);
        Assert.InRange(accuracy.GetProperty("swarm").GetDouble(), 0.82, 1);
    }

    private static async Task<double> ReachAsync(string[] command, params string[] variables)
    {
        var (code, output) = await StartAsync(command, variables);
        Assert.True(code == 0, output);
        return double.Parse(Accuracy().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    private static async Task<(int Code, string Output)> StartAsync(string[] command, params string[] variables)
    {
        var start = new ProcessStartInfo(command[0], command[1..]);
        foreach (var variable in (string[])["STARLING_LOOPBACK=1", $"PYTHONPATH={Path.Combine(Root(), "clients", "python")}",
            "PYTHONDONTWRITEBYTECODE=1", "OPENBLAS_NUM_THREADS=1", .. variables])
            start.Environment[variable.Split('=')[0]] = variable.Split('=')[1];
        var result = await GuardedProcess.RunAsync(start);
        return (result.Code, $"{result.Output}\n{result.Error}");
    }

    // Who is older than 50, or has a high pressure and no treatment, is ill.
    private static string Patients()
    {
        var random = new Random(3);
        var text = new System.Text.StringBuilder("id,age,pressure,treatment,ill\n");
        for (var i = 1; i <= 600; i++)
        {
            var (age, pressure, treatment) = (random.Next(20, 81), random.Next(100, 181), random.Next(2) == 0 ? "none" : "pills");
            var ill = age > 50 || (pressure > 150 && treatment == "none");
            text.Append(CultureInfo.InvariantCulture, $"{i},{(i % 50 == 0 ? "" : age)},{pressure},{treatment},{(ill ? "yes" : "no")}\n");
        }

        return text.ToString();
    }

    [GeneratedRegex(@"accuracy ([01]\.\d+)")]
    private static partial Regex Accuracy();

    private static string Root([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
