using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Starling.Api;
using Starling.Cli.Terminal;
using Starling.Learning.Experiments;
using Starling.Simulation;

namespace Starling.Cli.Commands;

/// <summary><c>starling sim</c>: attacks the nodes' own code with seeded faults, in virtual time. One of the few commands that are more than a client of the API.</summary>
internal static class SimCommand
{
    /// <summary>The command.</summary>
    public static Command Build()
    {
        var file = new Argument<string>("file") { Description = "The experiment, a YAML file." };
        var seeds = new Option<int>("--seeds") { Description = "How many seeds to run.", DefaultValueFactory = _ => 100 };
        var first = new Option<ulong>("--first") { Description = "The first seed.", DefaultValueFactory = _ => 1 };
        var faults = new Option<FaultLevel>("--faults") { Description = "How hard they are attacked.", DefaultValueFactory = _ => FaultLevel.Storm };
        var settings = new Option<string[]>("--set") { Description = "A setting that wins over the file's, path=value; may be repeated." };
        var trace = new Option<bool>("--trace") { Description = "Print every event and effect; for one seed." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object last; progress goes to standard error." };
        var command = new ExampledCommand(
            "sim", "Simulates an experiment under faults and checks that no rule is broken.",
            "starling sim examples/synthetic.yaml --seeds 2000 --faults storm",
            "starling sim examples/synthetic.yaml --seeds 1 --first 42 --faults storm --trace   # one seed again, with all that happened",
            "starling sim examples/digits.yaml --seeds 50 --faults mild --json")
        {
            file, seeds, first, faults, settings, trace, json,
        };
        command.SetAction((parsed, cancellation) =>
        {
            var request = new SimulationRequest(parsed.GetValue(file)!, parsed.GetValue(first), parsed.GetValue(seeds), parsed.GetValue(faults));
            if (request.Seeds < 1)
                throw new CommandException(ExitCode.Usage, $"--seeds is {request.Seeds}; run at least 1.");
            if (parsed.GetValue(trace) && request.Seeds != 1)
                throw new CommandException(ExitCode.Usage, "--trace shows one seed; add --seeds 1 --first SEED.");
            string[] overrides = parsed.GetValue(settings) ?? [];
            var scenario = SimulationScenario.From(ExperimentReader.ReadFile(request.File, overrides));
            return Task.FromResult((int)(parsed.GetValue(trace)
                ? Trace(scenario, request, parsed.GetValue(json), cancellation)
                : RunMany(scenario, request, overrides, parsed.GetValue(json), cancellation)));
        });
        return command;
    }

    private static ExitCode Trace(SimulationScenario scenario, SimulationRequest request, bool isJson, CancellationToken cancellation)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var output = isJson ? Console.Error : Console.Out;
        var result = SimulationRunner.Run(scenario, request.First, request.Faults, output.WriteLine, cancellation);
        foreach (var violation in result.Violations)
            output.WriteLine($"violation of '{violation.Rule}' at {violation.At}: {violation.What}\n{violation.Detail}".TrimEnd());
        output.WriteLine($"trace hash {result.TraceHash}");
        return Conclude(new SimReport(1, result.Violations.IsEmpty ? 0 : 1, result.Events, watch.Elapsed.TotalSeconds, []), isJson);
    }

    private static ExitCode RunMany(SimulationScenario scenario, SimulationRequest request, string[] overrides, bool isJson, CancellationToken cancellation)
    {
        var shown = System.Diagnostics.Stopwatch.StartNew();
        var report = SimulationRunner.RunMany(scenario, request, progress => Show(progress, shown), cancellation);
        var output = isJson ? Console.Error : Console.Out;
        var settings = string.Concat(overrides.Select(assignment => $" --set '{assignment}'"));
        foreach (var failure in report.Failures)
            output.WriteLine($"seed {failure.Seed} breaks '{failure.Violation.Rule}' at {failure.Violation.At}: {failure.Violation.What}\n  replay: {failure.ReplayCommand}{settings}");
        output.WriteLine(string.Join(", ", report.Counts.All.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} {pair.Value}"))));
        return Conclude(
            new SimReport(report.Seeds, report.Violations, report.Events, report.Seconds, [.. report.Failures.Select(failure => failure.ReplayCommand + settings)]), isJson);
    }

    // At a terminal the line is overwritten; elsewhere a line now and then shows that it goes on.
    private static void Show(SimulationProgress progress, System.Diagnostics.Stopwatch shown)
    {
        var isTerminal = !Console.IsErrorRedirected;
        if (progress.Done < progress.Seeds && shown.Elapsed < TimeSpan.FromSeconds(isTerminal ? 0.2 : 10))
            return;
        shown.Restart();
        var line = string.Create(CultureInfo.InvariantCulture, $"{progress.Done} of {progress.Seeds} seeds, {progress.Failed} with violations");
        if (isTerminal)
            Console.Error.Write($"\r{line}{(progress.Done == progress.Seeds ? "\n" : "")}");
        else
            Console.Error.WriteLine(line);
    }

    private static ExitCode Conclude(SimReport report, bool isJson)
    {
        Console.Out.WriteLine(isJson
            ? JsonSerializer.Serialize(report, CliJson.Default.SimReport)
            : string.Create(CultureInfo.InvariantCulture, $"seeds {report.Seeds}, violations {report.Violations}, events {report.Events}, seconds {report.Seconds:0.0}"));
        return report.Violations == 0 ? ExitCode.Done : ExitCode.CheckFailed;
    }
}
