using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Starling.Api;
using Starling.Cli.Running;
using Starling.Cli.Runs;
using Starling.Cli.Terminal;

namespace Starling.Cli.Commands;

/// <summary><c>starling contract</c>: what an admin decides about a contract.</summary>
internal static class ContractCommand
{
    /// <summary>The command and those below it.</summary>
    public static Command Build()
    {
        var run = new Argument<string>("run") { Description = "A run whose nodes are up, by its name or folder." };
        var round = new Option<long>("--round") { Description = "The round: the open one, the one before it, or the first.", Required = true };
        var output = new Option<string>("--out") { Description = "The folder that runs are kept in.", DefaultValueFactory = _ => RunFolder.DefaultBase };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var restart = new ExampledCommand(
            "restart", "Opens a round again, as the contract's admin: what was committed from it on no longer counts.", "starling contract restart digits-1 --round 3")
        {
            run, round, output, json,
        };
        restart.SetAction(async (parsed, cancellation) =>
        {
            var folder = RunFolder.Find(parsed.GetValue(output)!, parsed.GetValue(run)!);
            var report = await RestartAsync(folder, parsed.GetValue(round), cancellation).ConfigureAwait(false);
            Console.Out.WriteLine(parsed.GetValue(json)
                ? JsonSerializer.Serialize(report, CliJson.Default.ContractRestartReport)
                : string.Create(CultureInfo.InvariantCulture, $"round {report.Round} of {report.Contract} is open again (epoch {report.Epoch})"));
        });
        return new Command("contract", "Decides about a contract, as its admin.") { restart };
    }

    private static async Task<ContractRestartReport> RestartAsync(RunFolder folder, long round, CancellationToken cancellation)
    {
        var plan = folder.ReadPlan() ?? throw new CommandException(ExitCode.Usage, $"{folder.Name} was never set up; start it with 'starling run'.");
        using var certificate = NodeFiles.AdminCertificate(folder);
        var admin = new ContractAdmin(plan, certificate);
        NodeClientException? silence = null;
        foreach (var node in plan.Nodes)
        {
            using var client = new NodeClient(new DnsEndPoint("127.0.0.1", node.Port), node.Id, certificate, NodeFiles.Anchors(folder));
            try
            {
                return new ContractRestartReport(plan.Contract, round, await admin.RestartAsync(client, round, cancellation).ConfigureAwait(false), node.Name);
            }
            catch (NodeClientException unreachable) when (unreachable.ExitCode == ExitCode.Unreachable)
            {
                silence = unreachable; // Any node will do: another may be up.
            }
        }

        throw silence ?? new NodeClientException(ExitCode.Unreachable, $"{folder.Name} has no node.");
    }
}
