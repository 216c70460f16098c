using System.CommandLine;
using Starling.Api;
using Starling.Cli.Terminal;

namespace Starling.Cli.Commands.Nodes;

/// <summary>
/// <c>starling node stop</c> and <c>starling node drain</c>: have a node end at once, or when what it has in hand is over.
/// </summary>
internal static class NodeEndCommand
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(200);

    /// <summary><c>starling node stop</c>.</summary>
    public static Command BuildStop() => Build(
        "stop", "Stops a node in order: saves finish, peers hear goodbye.", "30s", (client, cancellation) => client.StopAsync(cancellation),
        "starling node stop", "starling node stop --config /etc/starling/node.yaml");

    /// <summary><c>starling node drain</c>.</summary>
    public static Command BuildDrain() => Build(
        "drain", "Has a node finish the round or work that it has in hand, and then stop.", "1h",
        (client, cancellation) => client.DrainAsync(cancellation), "starling node drain", "starling node drain --timeout 10m");

    private static ExampledCommand Build(string name, string description, string usual, Func<NodeClient, CancellationToken, Task> ask,
        params ReadOnlySpan<string> examples)
    {
        var file = new NodeFileOptions();
        var timeout = new Option<string>("--timeout")
        {
            Description = "How long to wait for its end; 0 to wait for nothing.",
            DefaultValueFactory = _ => usual
        };
        var command = new ExampledCommand(name, description, examples) { timeout };
        OwnNode.AddOptions(command, file);
        command.SetAction(async (parsed, cancellation) =>
        {
            var limit = WaitTime.Parse(parsed.GetValue(timeout)!);
            using var session = await OwnNode.OpenAsync(file, parsed, cancellation).ConfigureAwait(false);
            await ask(session.Client, cancellation).ConfigureAwait(false);
            var isInUse = OwnNode.IsOfHost(file, parsed) ? file.FolderInUse(parsed) : () => false;
            var isGone = limit > TimeSpan.Zero && await IsGoneAsync(session.Client, isInUse, limit, cancellation).ConfigureAwait(false);
            if (limit > TimeSpan.Zero && !isGone)
                throw new CommandException(ExitCode.TimedOut,
                    $"{session.Client.Node} was asked to {name}, and has not ended after {parsed.GetValue(timeout)}; 'starling node status' says what it awaits while it answers.");
            var node = session.Client.Node;
            parsed.Print(new NodeEndReport(node, isGone), CliJson.Default.NodeEndReport,
                output => output.WriteLine(isGone ? $"{node} has stopped." : $"{node} was asked to {name}."));
            return (int)ExitCode.Done;
        });
        return command;
    }

    /// <summary>Waits until a node has ended.</summary>
    /// <param name="client">The node.</param>
    /// <param name="isInUse">Whether a process still has its folder.</param>
    /// <param name="limit">How long to wait.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Whether it has.</returns>
    internal static async Task<bool> IsGoneAsync(
        NodeClient client, Func<bool> isInUse, TimeSpan limit, CancellationToken cancellation)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        ends.CancelAfter(limit);
        try
        {
            while (await AnswersAsync(client, ends.Token).ConfigureAwait(false))
                await Task.Delay(LookAgain, ends.Token).ConfigureAwait(false);
            // It waits for its programs when it answers no longer, and has its folder until they have ended.
            while (isInUse())
                await Task.Delay(LookAgain, ends.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    private static async Task<bool> AnswersAsync(NodeClient client, CancellationToken cancellation)
    {
        try
        {
            await client.GetHealthAsync(cancellation).ConfigureAwait(false);
            return true;
        }
        catch (NodeClientException e) when (e.ExitCode == ExitCode.Unreachable)
        {
            return false;
        }
    }
}
