using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Starling.Api;
using Starling.Cli.Reports;
using Starling.Cli.Terminal;
using Starling.Learning.Experiments;
using Starling.Simulation;

namespace Starling.Cli.Commands;

/// <summary>
/// <c>starling sim</c>: attacks the nodes' own code with seeded faults, in virtual time. One of the few commands that are more
/// than a client of the API.
/// </summary>
internal static class SimCommand
{
    /// <summary>The command.</summary>
    public static Command Build()
    {
        var file = new Argument<string>("file") { Description = "The experiment, a YAML file." };
        var seeds = new Option<int>("--seeds") { Description = "How many seeds to run.", DefaultValueFactory = _ => 100 };
        var first = new Option<ulong>("--first") { Description = "The first seed.", DefaultValueFactory = _ => 1 };
        var faults =
            new Option<FaultLevel>("--faults") { Description = "How hard they are attacked.", DefaultValueFactory = _ => FaultLevel.Storm };
        var settings = new Option<string[]>("--set") { Description = "A setting that wins over the file's, path=value; may be repeated." };
        var trace = new Option<bool>("--trace") { Description = "Print every event and effect; for one seed." };
        var report = new Option<string?>("--report") { Description = "Write what happened as an HTML page; for one seed." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object last; progress goes to standard error." };
        var command = new ExampledCommand(
            "sim", "Simulates an experiment under faults and checks that no rule is broken.",
            "starling sim examples/synthetic.yaml --seeds 2000 --faults storm",
            "starling sim examples/synthetic.yaml --seeds 1 --first 42 --faults storm --trace   # one seed again, with all that happened",
            "starling sim examples/synthetic.yaml --seeds 1 --first 42 --faults storm --report seed.html",
            "starling sim examples/digits.yaml --seeds 50 --faults mild --json")
        {
            file, seeds, first, faults, settings, trace, report, json,
        };
        command.SetAction((parsed, cancellation) =>
        {
            var request =
                new SimulationRequest(parsed.GetValue(file)!, parsed.GetValue(first), parsed.GetValue(seeds), parsed.GetValue(faults));
            if (request.Seeds < 1)
                throw new CommandException(ExitCode.Usage, $"--seeds is {request.Seeds}; run at least 1.");
            if ((parsed.GetValue(trace) || parsed.GetValue(report) is not null) && request.Seeds != 1)
                throw new CommandException(ExitCode.Usage,
                    $"{(parsed.GetValue(trace) ? "--trace" : "--report")} shows one seed; add --seeds 1 --first SEED.");
            string[] overrides = parsed.GetValue(settings) ?? [];
            var experiment = ExperimentReader.ReadFile(request.File, overrides);
            var scenario = SimulationScenario.From(experiment);
            var isJson = parsed.GetValue(json);
            return Task.FromResult((int)(request.Seeds == 1
                ? One(experiment, scenario, request,
                    (parsed.GetValue(report), Settings(overrides), parsed.GetValue(trace), isJson), cancellation)
                : RunMany(scenario, request, overrides, isJson, cancellation)));
        });
        return command;
    }

    private static ExitCode One(
        Experiment experiment, SimulationScenario scenario, SimulationRequest request,
        (string? Page, string Settings, bool IsTraced, bool IsJson) wanted, CancellationToken cancellation)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var output = wanted.IsJson ? Console.Error : Console.Out;
        var record = wanted.Page is null ? null : new SimulationRecord();
        var result = SimulationRunner.RunTwice(scenario, request.First, request.Faults, record, wanted.IsTraced ? output.WriteLine : null,
            cancellation);
        var replay = request.ReplayCommand(request.First) + wanted.Settings;
        if (record is not null)
        {
            var file = Path.GetFullPath(wanted.Page!);
            new SimulationReportPage(experiment, result, record).Write(file, replay);
            output.WriteLine($"report {file}");
        }

        return Conclude(result, replay, watch, wanted.IsJson);
    }

    private static string Settings(string[] overrides) =>
        string.Concat(overrides.Select(assignment => $" --set {SimulationRequest.Quoted(assignment)}"));

    private static ExitCode RunMany(SimulationScenario scenario, SimulationRequest request, string[] overrides, bool isJson,
        CancellationToken cancellation)
    {
        var isTerminal = !Console.IsErrorRedirected;
        var told = new SimProgress(
            isJson ? Console.Error : Console.Out, Console.Error, isTerminal, TimeSpan.FromSeconds(isTerminal ? 0.2 : 10));
        var settings = Settings(overrides);
        var report = SimulationRunner.RunMany(scenario, request, progress =>
        {
            told.Show(progress.Done, progress.Seeds, progress.Failed);
            // A soak takes hours: what it finds is said when it is found.
            if (progress.Latest is { Violations: [var first, ..], Seed: var seed })
                told.WriteLine($"seed {seed} breaks '{first.Rule}' at {first.At}: {first.What}\n  replay: {request.ReplayCommand(seed)}{settings}");
        }, cancellation);
        told.WriteLine(Text(report.Counts));
        if (report.Seeds < request.Seeds)
            told.WriteLine($"stopped after {report.Seeds} of {request.Seeds} seeds");
        var code = Conclude(
            new SimReport(report.Seeds, report.Violations, report.Events, report.Seconds, report.Counts.All,
                [.. report.Failures.Select(failure => failure.ReplayCommand + settings)]), isJson);
        return code == ExitCode.Done && report.Seeds < request.Seeds ? ExitCode.Interrupted : code;
    }

    private static string Text(StormCounts counts) =>
        string.Join(", ", counts.All.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} {pair.Value}")));

    private static ExitCode Conclude(SimulationResult result, string replay, System.Diagnostics.Stopwatch watch, bool isJson)
    {
        var output = isJson ? Console.Error : Console.Out;
        foreach (var violation in result.Violations)
            output.WriteLine($"violation of '{violation.Rule}' at {violation.At}: {violation.What}\n{violation.Detail}".TrimEnd());
        if (!result.Violations.IsEmpty)
            output.WriteLine($"  replay: {replay}");
        if (!result.Drawn.IsEmpty)
            output.WriteLine($"drew {string.Join(", ", result.Drawn.Select(setting => $"{setting.Key} {setting.Value}"))}");
        var model = double.IsNaN(result.Accuracy) ? "no model" : string.Create(CultureInfo.InvariantCulture,
            $"accuracy {100 * result.Accuracy:0.0} %, loss {result.Loss:0.####}");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{result.Rounds} rounds in {result.VirtualTime.TotalSeconds:0.0} virtual seconds, {model}"));
        foreach (var (liar, lies) in result.Liars)
            output.WriteLine($"{liar} lied: {string.Join(", ", lies)}");
        foreach (var (named, rounds) in result.Named)
            output.WriteLine($"{named} was named in {rounds} of {result.Rounds} rounds for a merge that the majority did not find");
        output.WriteLine(Text(result.Counts));
        output.WriteLine($"trace hash {result.TraceHash}");
        return Conclude(
            new SimReport(1, result.Violations.IsEmpty ? 0 : 1, result.Events, watch.Elapsed.TotalSeconds, result.Counts.All,
                result.Violations.IsEmpty ? [] : [replay], result.Drawn),
            isJson);
    }

    private static ExitCode Conclude(SimReport report, bool isJson)
    {
        Console.Out.WriteLine(isJson
            ? JsonSerializer.Serialize(report, CliJson.Default.SimReport)
            : string.Create(CultureInfo.InvariantCulture,
                $"seeds {report.Seeds}, violations {report.Violations}, events {report.Events}, seconds {report.Seconds:0.0}"));
        return report.Violations == 0 ? ExitCode.Done : ExitCode.CheckFailed;
    }
}
