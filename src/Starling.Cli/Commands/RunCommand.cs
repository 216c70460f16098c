using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Starling.Api;
using Starling.Cli.Reports;
using Starling.Cli.Running;
using Starling.Cli.Runs;
using Starling.Cli.Terminal;
using Starling.Core.Configuration;
using Starling.Learning.Experiments;

namespace Starling.Cli.Commands;

/// <summary><c>starling run</c>: carries an experiment out with real node processes on this machine.</summary>
internal static class RunCommand
{
    /// <summary>The command.</summary>
    public static Command Build()
    {
        var file = new Argument<string?>("file") { Description = "The experiment, a YAML file.", Arity = ArgumentArity.ZeroOrOne };
        var settings = new Option<string[]>("--set") { Description = "A setting that wins over the file's, path=value; may be repeated." };
        var seed = new Option<long?>("--seed") { Description = "The seed of split, weights and order of batches: short for --set seed=N." };
        var output = RunFolder.Option();
        var resume =
            new Option<string?>("--resume") { Description = "Go on with a run that was stopped or killed: its name or its folder." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object last; progress goes to standard error." };
        var command = new ExampledCommand(
            "run", "Trains one model across several node processes on this machine, and compares it.",
            "starling run examples/digits.yaml",
            "starling run examples/digits.yaml --set training.rounds=5 --set nodes=6 --json",
            "starling run examples/mnist.yaml --set data.folder=/data/mnist --seed 7",
            "starling run --resume digits-1")
        {
            file, settings, seed, output, resume, json,
        };
        command.SetAction((parsed, cancellation) =>
        {
            string[] overrides = [.. parsed.GetValue(settings) ?? [],
                .. parsed.GetValue(seed) is { } number ? (string[])[string.Create(CultureInfo.InvariantCulture, $"seed={number}")] : []];
            var isJson = parsed.GetValue(json);
            return (parsed.GetValue(file), parsed.GetValue(resume)) switch
            {
                ({ } path, null) => BeginAsync(path, overrides, parsed.GetValue(output)!, isJson, cancellation),
                (null, { } run) when overrides.Length == 0 => ResumeAsync(parsed.GetValue(output)!, run, isJson, cancellation),
                (null, null) =>
                    throw new CommandException(ExitCode.Usage,
                        "name an experiment's file, such as examples/digits.yaml, or a run to go on with: --resume RUN."),
                _ => throw new CommandException(ExitCode.Usage,
                    "--resume goes on with a run as it was begun; leave the file, --set and --seed out."),
            };
        });
        return command;
    }

    private static async Task<int> BeginAsync(string path, string[] overrides, string runs, bool isJson, CancellationToken cancellation)
    {
        var experiment = ExperimentReader.ReadFile(path, overrides);
        var problem = await RunProblem.LoadAsync(experiment, cancellation).ConfigureAwait(false);
        var (folder, taken) = RunFolder.Create(runs, experiment.Name);
        using (taken)
        {
            ExperimentRun? run = null;
            try
            {
                var plan = await RunProvisioning.ProvisionAsync(folder, experiment, problem, cancellation).ConfigureAwait(false);
                var progress = ProgressOutput(isJson);
                Introduce(experiment, problem, folder, progress);
                run = new ExperimentRun(folder, plan, experiment, problem, View(isJson, progress));
                return await CarryOutAsync(run, folder, isJson, isResumed: false, cancellation).ConfigureAwait(false);
            }
            catch (Exception fault) when (run is not { HasBegun: true })
            {
                // Nothing was trained yet: nothing is left behind.
                taken.Dispose();
                folder.DeleteWithEmptyBase();
                if (fault is OperationCanceledException && cancellation.IsCancellationRequested)
                    throw new CommandException(ExitCode.Interrupted,
                        $"stopped before all nodes were up: nothing was trained, and {folder.Path} is removed; run it again.", fault);
                throw;
            }
        }
    }

    private static async Task<int> ResumeAsync(string runs, string name, bool isJson, CancellationToken cancellation)
    {
        var folder = RunFolder.FindOwn(runs, name);
        using var taken = RunLock.Take(folder.Path);
        var plan = folder.ReadPlan() ?? throw new CommandException(
            ExitCode.Usage,
            $"{folder.Name} was never set up; remove it with 'starling runs remove {folder.Path}' and run its experiment again.");
        if (folder.ReadSummary() is { } summary)
        {
            ProgressOutput(isJson).WriteLine($"{folder.Name} is finished already.");
            Report(folder, summary, isJson);
            return (int)ExitCode.Done;
        }

        var experiment = folder.ReadExperiment();
        if (folder.ChangedRows(experiment) is { } changed)
            throw new CommandException(ExitCode.Data, $"{changed}, or run the experiment anew.");
        plan = NodeFiles.WithFreePorts(folder, plan, experiment.Network);
        var run = new ExperimentRun(folder, plan, experiment, await RunProblem.LoadAsync(experiment, cancellation).ConfigureAwait(false),
            View(isJson, ProgressOutput(isJson)));
        ProgressOutput(isJson).WriteLine($"{folder.Name} goes on: {run.Describe()}.");
        return await CarryOutAsync(run, folder, isJson, isResumed: true, cancellation).ConfigureAwait(false);
    }

    private static async Task<int> CarryOutAsync(ExperimentRun run, RunFolder folder, bool isJson, bool isResumed,
        CancellationToken cancellation)
    {
        try
        {
            var summary = await run.CarryOutAsync(cancellation).ConfigureAwait(false);
            ResultTable.Write(folder.ReadBaselines()!, run.Swarm, ProgressOutput(isJson), run.Own);
            await WriteReportAsync(folder, null, isJson).ConfigureAwait(false);
            Report(folder, summary, isJson);
            return (int)ExitCode.Done;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested && (run.HasBegun || isResumed))
        {
            if (run.HasBegun)
                await WriteReportAsync(folder, "The run was stopped.", isJson).ConfigureAwait(false);
            throw new CommandException(ExitCode.Interrupted,
                $"stopped: {run.Describe()}; go on with 'starling run --resume {folder.Path}'.");
        }
        catch (Exception fault) when (run.HasBegun)
        {
            var (code, sentence) = ErrorEdge.Explain(fault);
            await WriteReportAsync(folder, $"The run ended early: {sentence}", isJson).ConfigureAwait(false);
            throw new CommandException(code,
                $"{sentence}\n{run.Describe()}; once that is mended, go on with 'starling run --resume {folder.Path}'.", fault);
        }
    }

    // The report can be had again from the folder: that it cannot be written must not hide why the run ended.
    private static async Task WriteReportAsync(RunFolder folder, string? ending, bool isJson)
    {
        try
        {
            await RunReport.WriteAsync(folder, null, ending, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or StarlingException)
        {
            ProgressOutput(isJson).WriteLine($"{folder.Report} is not written: {e.Message}");
        }
    }

    private static void Introduce(Experiment experiment, RunProblem problem, RunFolder folder, TextWriter output)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{experiment.Name}: {experiment.Nodes} nodes, {experiment.Training.Rounds} rounds of {experiment.Training.SyncInterval} batches, seed {experiment.Seed}; in {folder.Path}"));
        if (problem.Table is { } table)
            output.WriteLine($"rows of each class at each node (counted from 0):\n{table.ToString().TrimEnd()}");
    }

    private static void Report(RunFolder folder, RunSummary summary, bool isJson)
    {
        var output = ProgressOutput(isJson);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{summary.Rounds} rounds in {Quantity.Time(TimeSpan.FromSeconds(summary.Seconds))}, {Quantity.Bytes(summary.Bytes)} sent between nodes"));
        output.WriteLine($"model    {folder.Model}\nmetrics  {folder.Metrics}\nsummary  {folder.Summary}\nreport   {folder.Report}");
        if (isJson)
            Console.Out.WriteLine(JsonSerializer.Serialize(summary, CliJson.Default.RunSummary));
    }

    private static TextWriter ProgressOutput(bool isJson) => isJson ? Console.Error : Console.Out;

    private static RunView View(bool isJson, TextWriter output) =>
        !isJson && !Console.IsOutputRedirected ? new LiveView() : new PlainView(output);
}
