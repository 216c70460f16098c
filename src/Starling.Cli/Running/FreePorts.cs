using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Starling.Api;
using Starling.Cli.Terminal;

namespace Starling.Cli.Running;

/// <summary>Finds loopback ports that nobody listens on.</summary>
internal static class FreePorts
{
    // Below the range that systems draw the ports of outgoing connections from, so that none of these takes one
    // between the choice and its use.
    private const int First = 20_000;
    private const int Last = 32_000;
    private const int MostTries = 10_000;

    /// <summary>Chooses different ports.</summary>
    /// <exception cref="CommandException">There are too few.</exception>
    public static int[] Choose(int count)
    {
        var chosen = new HashSet<int>();
        for (var tries = 0; chosen.Count < count; tries++)
        {
            if (tries == MostTries)
                throw new CommandException(ExitCode.PortBusy,
                    $"there are no {count} free ports between {First} and {Last} on 127.0.0.1; stop what listens there.");
            var port = RandomNumberGenerator.GetInt32(First, Last);
            if (!chosen.Contains(port) && IsFree(port))
                chosen.Add(port);
        }

        return [.. chosen];
    }

    /// <summary>Whether a node could listen on a loopback port now.</summary>
    public static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
