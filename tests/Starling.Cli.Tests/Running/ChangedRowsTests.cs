using System.CommandLine;
using Starling.Api;
using Starling.Cli.Commands;
using Starling.Cli.Models;
using Starling.Cli.Reports;
using Starling.Cli.Running;
using Starling.Cli.Runs;
using Starling.Cli.Terminal;
using Starling.Core.Models;
using Starling.Learning.Experiments;

namespace Starling.Cli.Tests.Running;

/// <summary>A run whose file of rows gets one more: other rows would be held back, most of which were trained on.</summary>
public sealed class ChangedRowsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("starling-rows-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Red if a model is measured on rows that it was trained on, or a run goes on, or is reported, with others.</summary>
    [Fact]
    public async Task Nothing_is_told_of_rows_that_are_others_by_now()
    {
        var rows = Path.Combine(folder, "rows.csv");
        var all = string.Concat(Enumerable.Range(0, 40).Select(i => $"{i % 10},{(i % 10 < 5 ? "low" : "high")}\n"));
        await File.WriteAllTextAsync(rows, all, Cancellation);
        var run = await ProvisionAsync($"data: {{ set: csv, file: {rows} }}");
        Assert.Equal(8, Open("--run", run.Path).Rows);
        Assert.Contains("Training rows of each class", await ReportAsync(run), StringComparison.Ordinal);

        await File.AppendAllTextAsync(rows, "3,low\n", Cancellation);
        var refused = Assert.Throws<CommandException>(() => Open("--run", run.Path));
        Assert.Equal(ExitCode.Data, refused.ExitCode);
        Assert.EndsWith("put the file back as it was, or name other rows with --data.", refused.Message, StringComparison.Ordinal);
        var other = Path.Combine(folder, "other.csv");
        await File.WriteAllTextAsync(other, "1,low\n9,high\n", Cancellation);
        Assert.Contains("--classes", Assert.Throws<CommandException>(() => Open("--run", run.Path, "--data", other)).Message,
            StringComparison.Ordinal);
        Assert.Equal(2, Open("--run", run.Path, "--data", other, "--classes", "high,low").Rows);
        Assert.Equal((int)ExitCode.Data,
            await CommandLine.ExecuteAsync(CommandLine.Build(), ["run", "--resume", run.Path, "--json"], Cancellation));
        var report = await ReportAsync(run);
        Assert.Contains("has changed since sizes-1 was set up", report, StringComparison.Ordinal);
        Assert.DoesNotContain("Training rows of each class", report, StringComparison.Ordinal);

        await File.WriteAllTextAsync(rows, all, Cancellation);
        Assert.Equal(8, Open("--run", run.Path).Rows);
    }

    /// <summary>Red if it matters where the experiment itself tells the classes of other rows.</summary>
    [Fact]
    public async Task Other_rows_can_be_measured_on_where_the_classes_are_known()
    {
        var rows = Path.Combine(folder, "rows.csv");
        await File.WriteAllTextAsync(rows, "size,kind\n1,a\n2,b\n3,a\n4,b\n5,a\n", Cancellation);
        var run = await ProvisionAsync($"data: {{ set: csv, file: {rows}, features: 1, classes: [b, a], split: {{ by: own }} }}");
        await File.AppendAllTextAsync(rows, "6,b\n", Cancellation);
        Assert.Equal(["b", "a"], Open("--run", run.Path, "--data", rows).ClassNames);
    }

    private async Task<RunFolder> ProvisionAsync(string data)
    {
        var file = Path.Combine(folder, "sizes.yaml");
        await File.WriteAllTextAsync(file, $"name: sizes\nnodes: 2\n{data}\nprogram: {{ kind: softmax }}\n", Cancellation);
        var experiment = ExperimentReader.ReadFile(file);
        var (run, taken) = RunFolder.Create(Path.Combine(folder, "runs"), experiment.Name);
        using (taken)
            await RunProvisioning.ProvisionAsync(run, experiment, await RunProblem.LoadAsync(experiment, Cancellation), Cancellation);
        await File.WriteAllBytesAsync(run.Model, Safetensors.Write(ExperimentProblem.Load(experiment).Node(0).Initialise()), Cancellation);
        return run;
    }

    private static async Task<string> ReportAsync(RunFolder run) =>
        await File.ReadAllTextAsync(await RunReport.WriteAsync(run, null, null, Cancellation), Cancellation);

    private static Learning.Data.DataSet Open(params string[] words)
    {
        var (options, command) = (new DataOptions(), new Command("use"));
        options.AddTo(command);
        return options.Open(command.Parse(words)).Rows;
    }
}
