using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Starling.Api;
using Starling.Cli.Terminal;
using Starling.Core.Training;
using Starling.Simulation.Exploration;

namespace Starling.Cli.Commands;

/// <summary><c>starling explore</c>: visits every state that a few nodes can reach, instead of the random ones of a storm.</summary>
internal static class ExploreCommand
{
    /// <summary>The command.</summary>
    public static Command Build()
    {
        var nodes =
            new Option<int>("--nodes") { Description = $"Members, 2 to {ExplorationRequest.MostNodes}.", DefaultValueFactory = _ => 3 };
        var minPeers = new Option<int>("--min-peers") { Description = "Members that a round needs.", DefaultValueFactory = _ => 2 };
        var audit = new Option<AuditMode>("--audit")
        {
            Description = "What members check before they vote.",
            DefaultValueFactory = _ => AuditMode.Full
        };
        var fault = new Option<ExplorationFault>("--fault")
        {
            Description = "What may go wrong, at any moment.",
            DefaultValueFactory = _ => ExplorationFault.None
        };
        var times = new Option<int>("--times") { Description = "How many deaths or lost disks.", DefaultValueFactory = _ => 1 };
        var scope = new Option<ExplorationScope>("--scope")
        {
            Description = "The fold alone, or a kernel for each honest node too.",
            DefaultValueFactory = _ => ExplorationScope.Fold
        };
        var ready = new Option<bool>("--ready") { Description = "Begin where all members are ready: fewer states, for more nodes." };
        var pipelined = new Option<bool>("--pipelined") { Description = "Let members append before they have read back, as no node does." };
        var most =
            new Option<int>("--most-states") { Description = "States after which to give up.", DefaultValueFactory = _ => 5_000_000 };
        var json = new Option<bool>("--json") { Description = "Print one JSON object last; progress goes to standard error." };
        var command = new ExampledCommand(
            "explore", "Visits every state that a few nodes can reach and checks that each is safe and that every fair run commits.",
            "starling explore --nodes 3 --audit full --fault byzantine",
            "starling explore --nodes 2 --fault lostdisk --scope kernel   # with the whole kernel of each node")
        {
            nodes, minPeers, audit, fault, times, scope, ready, pipelined, most, json,
        };
        command.SetAction((parsed, cancellation) =>
        {
            var request = new ExplorationRequest
            {
                Scope = parsed.GetValue(scope),
                Nodes = parsed.GetValue(nodes),
                MinPeers = parsed.GetValue(minPeers),
                Audit = parsed.GetValue(audit),
                Fault = parsed.GetValue(fault),
                Times = parsed.GetValue(times),
                BeginsReady = parsed.GetValue(ready),
                Pipelined = parsed.GetValue(pipelined),
                MostStates = parsed.GetValue(most),
            };
            var errors = request.Errors();
            return errors.IsEmpty
                ? Task.FromResult((int)Explore(request, parsed.GetValue(json), cancellation))
                : throw new CommandException(ExitCode.Usage, string.Join('\n', errors));
        });
        return command;
    }

    private static ExitCode Explore(ExplorationRequest request, bool isJson, CancellationToken cancellation)
    {
        var shown = System.Diagnostics.Stopwatch.StartNew();
        var report = Explorer.Run(request, states =>
        {
            if (shown.Elapsed < TimeSpan.FromSeconds(5))
                return;
            shown.Restart();
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{states} states so far"));
        }, cancellation);
        if (report.Violation is { } violation)
            Show(violation, isJson ? Console.Error : Console.Out);
        else if (!report.IsWhole)
            Console.Error.WriteLine($"gave up after {request.MostStates} states; raise --most-states");
        var violations = report.Violation is null ? 0 : 1;
        Console.Out.WriteLine(isJson
            ? JsonSerializer.Serialize(
                new ExploreReport(report.States, report.Edges, report.Depth, report.Owing, report.Seconds, report.IsWhole, violations,
                report.Violation?.Rule, report.Violation?.What, report.Violation?.Run ?? [], report.Violation?.Loop ?? []),
                CliJson.Default.ExploreReport)
            : string.Create(CultureInfo.InvariantCulture,
                $"states {report.States}, edges {report.Edges}, depth {report.Depth}, owing {report.Owing}, violations {violations}, seconds {report.Seconds:0.0}"));
        return report is { IsWhole: true, Violation: null } ? ExitCode.Done : ExitCode.CheckFailed;
    }

    private static void Show(ExplorationViolation violation, TextWriter output)
    {
        output.WriteLine($"broken: {violation.Rule}: {violation.What}");
        foreach (var line in violation.Run)
            output.WriteLine($"  {line}");
        if (!violation.Loop.IsEmpty)
            output.WriteLine("  and then again and again:");
        foreach (var line in violation.Loop)
            output.WriteLine($"  ~ {line}");
        output.WriteLine($"  state: {violation.End}");
    }
}
