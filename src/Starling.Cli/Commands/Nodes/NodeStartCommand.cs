using System.CommandLine;
using Microsoft.Extensions.Logging;
using Starling.Cli.Terminal;
using Starling.Daemon;
using Starling.Daemon.Configuration;

namespace Starling.Cli.Commands.Nodes;

/// <summary>
/// <c>starling node start</c>: runs a node in this process. One of the few commands that are more than a client of the API.
/// </summary>
internal static class NodeStartCommand
{
    /// <summary>The command.</summary>
    public static Command Build()
    {
        var file = new NodeFileOptions();
        var parent = new Option<bool>("--parent-stdin")
        {
            Description = "Stop when standard input ends: for whoever starts nodes and may be killed."
        };
        var level = new Option<LogLevel>("--log")
        {
            Description = "What is logged, on standard error.",
            DefaultValueFactory = _ => LogLevel.Information
        };
        var start = new ExampledCommand(
            "start", "Runs a node until it is stopped.", "starling node start --config node.yaml",
            "starling node start --set network.maxUploadRate=10MB/s --set advertise=node.example:30304")
        {
            parent, level,
        };
        file.AddTo(start);
        start.SetAction(
            (parsed, cancellation) => StartAsync(file.Read(parsed), parsed.GetValue(parent), parsed.GetValue(level), cancellation));
        return start;
    }

    private static async Task<int> StartAsync(NodeConfiguration configuration, bool stopsWithInput, LogLevel level,
        CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (stopsWithInput)
            ParentInput.Follow(stop);
        return (int)await NodeDaemon.RunAsync(configuration, level, stop.Token).ConfigureAwait(false);
    }
}
