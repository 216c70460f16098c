using System.Net;
using System.Net.Sockets;
using Starling.Api;

namespace Starling.Daemon;

/// <summary>Says why a port cannot be listened on.</summary>
internal static class ListenFailure
{
    /// <summary>The failure in a sentence with the remedy; null if it is another one.</summary>
    public static DaemonException? Explain(Exception fault, IPEndPoint listen)
    {
        for (var inner = fault; inner is not null; inner = inner.InnerException)
            if (inner is SocketException socket)
                return new DaemonException(ExitCode.PortBusy, Sentence(socket.SocketErrorCode, listen), fault);
        return null;
    }

    private static string Sentence(SocketError error, IPEndPoint listen) => error switch
    {
        SocketError.AddressAlreadyInUse =>
            $"Port {listen.Port} of {listen.Address} is in use by another process; stop that one, or choose another port under 'listen' in node.yaml.",
        SocketError.AccessDenied => $"Port {listen.Port} may not be used by this user; choose one above 1023 under 'listen' in node.yaml.",
        SocketError.AddressNotAvailable =>
            $"This machine has no address {listen.Address}; choose one of its own under 'listen' in node.yaml.",
        _ => $"{listen} cannot be listened on ({error}); choose another address or port under 'listen' in node.yaml.",
    };
}
