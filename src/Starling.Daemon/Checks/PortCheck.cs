using System.Net.Sockets;
using Starling.Api;
using Starling.Api.Checks;
using Starling.Daemon.Configuration;
using Starling.Node.Transport;

namespace Starling.Daemon.Checks;

/// <summary>Whether the node's port is the node's, or free for it.</summary>
internal static class PortCheck
{
    private const string Name = "port";

    /// <param name="node">What the node is told.</param>
    /// <param name="identity">Who it is.</param>
    /// <param name="client">Asks it.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Besides, whether it runs, and its status if it tells that.</returns>
    public static async Task<(CheckResult Result, bool IsRunning, NodeStatus? Status)> ExamineAsync(
        NodeConfiguration node, DaemonIdentity identity, NodeClient client, CancellationToken cancellation)
    {
        var self = identity.Keys.Identity.Id;
        try
        {
            using var listener = new TcpListener(node.Listen);
            listener.ExclusiveAddressUse = true;
            listener.Start();
            return (CheckResult.Ok(Name, $"{node.Listen} is free; the node does not run."), false, null);
        }
        catch (SocketException busy) when (busy.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            // By whom is seen below.
        }
        catch (SocketException e)
        {
            return (CheckResult.Fail(Name, $"{node.Listen} cannot be listened on.", ListenFailure.Explain(e, node.Listen)!.Message), false, null);
        }

        try
        {
            // Only the node itself shows what is meant, which it need not believe itself: its certificate may be made for others.
            return (Runs(node), true, await client.GetStatusAsync(cancellation).ConfigureAwait(false));
        }
        catch (NodeClientException)
        {
            // It shows a certificate that is no longer named here, or it is another: its peers' question tells.
        }

        try
        {
            var answer = await PeerProbe.AskAsync(PeerAddress.Of(node.Local), identity.Credentials, TimeProvider.System, cancellation)
                .ConfigureAwait(false);
            if (answer.Node == self)
                return (Runs(node), true, null);
            return (CheckResult.Fail(Name,
                $"{node.Listen} is in use by {answer.Node?.Value ?? "a program with a certificate that is not believed here"}.",
                "Choose another port under 'listen' in node.yaml."), false, null);
        }
        catch (IOException e)
        {
            return (CheckResult.Fail(Name, $"{node.Listen} is in use by another program, which is no node ({e.Message}).",
                "Stop that one, or choose another port under 'listen' in node.yaml."), false, null);
        }
    }

    private static CheckResult Runs(NodeConfiguration node) => CheckResult.Ok(Name, $"The node runs, and answers at {node.Listen}.");
}
