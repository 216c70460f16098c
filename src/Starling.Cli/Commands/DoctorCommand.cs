using System.Collections.Immutable;
using System.CommandLine;
using Starling.Api;
using Starling.Api.Checks;
using Starling.Cli.Commands.Nodes;
using Starling.Cli.Control.Contexts;
using Starling.Cli.Terminal;
using Starling.Core.Configuration;
using Starling.Daemon.Checks;

namespace Starling.Cli.Commands;

/// <summary><c>starling doctor</c>: looks at a host and what its node needs, and says what to do.</summary>
internal static class DoctorCommand
{
    /// <summary>The command.</summary>
    public static Command Build()
    {
        var file = new NodeFileOptions();
        var peers =
            new Option<string[]>("--peer") { Description = "An address to look at besides those of node.yaml, host[:port]. Once or more." };
        var command = new ExampledCommand("doctor", "Checks port, peers, clocks, trust, disk, ledger and executors of this host.",
            "starling doctor", "starling doctor --config /etc/starling/node.yaml --peer 10.0.1.1") { peers, CommandOutput.Json };
        file.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var further = (parsed.GetValue(peers) ?? []).Select(text => HostAndPort.Parse(text).ToString()).ToList();
            var results = await Doctor.ExamineAsync(file.Read(parsed), further, cancellation).ConfigureAwait(false);
            parsed.Print([.. results], CliJson.Default.CheckResultArray, output => Write(output, results));
            return (int)(results.Any(result => result.Outcome == CheckOutcome.Fail) ? ExitCode.CheckFailed : ExitCode.Done);
        });
        return command;
    }

    /// <summary>A line for each result, and its remedy below it.</summary>
    public static void Write(TextWriter output, ImmutableArray<CheckResult> results)
    {
        foreach (var result in results)
        {
            output.WriteLine($"{(result.Outcome switch { CheckOutcome.Ok => "ok", CheckOutcome.Warn => "warn", _ => "FAIL" }),-4}  {result.Check,-8}  {ShownText.Line(result.Finding)}");
            if (result.Remedy is not null)
                output.WriteLine($"{"",16}{ShownText.Line(result.Remedy)}");
        }
    }
}
