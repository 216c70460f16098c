using System.CommandLine;
using Microsoft.Extensions.Logging;
using Starling.Cli.Terminal;
using Starling.Daemon;
using Starling.Daemon.Configuration;

namespace Starling.Cli.Commands;

/// <summary><c>starling node</c>: runs a node in this process. One of the few commands that are more than a client of the API.</summary>
internal static class NodeStartCommand
{
    /// <summary>The command and those below it.</summary>
    public static Command Build()
    {
        var config = new Option<string>("--config") { Description = "What the node is told: its node.yaml.", Required = true };
        var parent = new Option<bool>("--parent-stdin") { Description = "Stop when standard input ends: for whoever starts nodes and may be killed." };
        var level = new Option<LogLevel>("--log") { Description = "What is logged, on standard error.", DefaultValueFactory = _ => LogLevel.Information };
        var start = new ExampledCommand("start", "Runs a node until it is stopped.", "starling node start --config node.yaml")
        {
            config, parent, level,
        };
        start.SetAction((parsed, cancellation) => StartAsync(parsed.GetValue(config)!, parsed.GetValue(parent), parsed.GetValue(level), cancellation));
        return new Command("node", "Runs nodes, and lists those that a node knows.") { start, Nodes.NodeListCommand.Build() };
    }

    private static async Task<int> StartAsync(string path, bool stopsWithInput, LogLevel level, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (stopsWithInput)
            ParentInput.Follow(stop);
        try
        {
            return (int)await NodeDaemon.RunAsync(NodeConfigurationReader.ReadFile(path), level, stop.Token).ConfigureAwait(false);
        }
        catch (DaemonException e)
        {
            throw new CommandException(e.ExitCode, e.Message, e);
        }
    }
}
