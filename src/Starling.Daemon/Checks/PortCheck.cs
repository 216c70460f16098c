using System.Net.Sockets;
using Starling.Api.Checks;
using Starling.Daemon.Configuration;
using Starling.Node.Transport;

namespace Starling.Daemon.Checks;

/// <summary>Whether the node's port is the node's, or free for it.</summary>
internal static class PortCheck
{
    private const string Name = "port";

    public static async Task<(CheckResult Result, bool IsRunning)> ExamineAsync(NodeConfiguration node, DaemonIdentity identity,
        CancellationToken cancellation)
    {
        var self = identity.Keys.Identity.Id;
        try
        {
            using var listener = new TcpListener(node.Listen);
            listener.ExclusiveAddressUse = true;
            listener.Start();
            return (CheckResult.Ok(Name, $"{node.Listen} is free; the node does not run."), false);
        }
        catch (SocketException busy) when (busy.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            // By whom is seen below.
        }
        catch (SocketException e)
        {
            return (CheckResult.Fail(Name, $"{node.Listen} cannot be listened on.", ListenFailure.Explain(e, node.Listen)!.Message), false);
        }

        try
        {
            var answer = await PeerProbe.AskAsync(PeerAddress.Of(node.Local), identity.Credentials, TimeProvider.System, cancellation)
                .ConfigureAwait(false);
            if (answer.Node == self)
                return (CheckResult.Ok(Name, $"The node runs, and answers at {node.Listen}."), true);
            return (CheckResult.Fail(Name,
                $"{node.Listen} is in use by {answer.Node?.Value ?? "a program with a certificate that is not believed here"}.",
                "Choose another port under 'listen' in node.yaml."), false);
        }
        catch (IOException e)
        {
            return (CheckResult.Fail(Name, $"{node.Listen} is in use by another program, which is no node ({e.Message}).",
                "Stop that one, or choose another port under 'listen' in node.yaml."), false);
        }
    }
}
