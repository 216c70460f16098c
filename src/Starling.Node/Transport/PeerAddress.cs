using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Starling.Node.Transport;

/// <summary>Where a node may be reached: one candidate of several. It says nothing about who answers there; the certificate does.</summary>
public readonly record struct PeerAddress
{
    private PeerAddress(AddressKind kind, string host, int port)
    {
        Kind = kind;
        Host = host;
        Port = port;
    }

    /// <summary>What <see cref="Host"/> is.</summary>
    public AddressKind Kind { get; }

    /// <summary>A host name of at most 255 characters, or an address without brackets.</summary>
    public string Host { get; }

    /// <summary>A TCP port, 1 to 65535.</summary>
    public int Port { get; }

    /// <summary>Reads <c>host:port</c>, <c>1.2.3.4:port</c> or <c>[::1]:port</c>.</summary>
    public static bool TryParse(string? text, out PeerAddress address)
    {
        address = default;
        var colon = text?.LastIndexOf(':') ?? -1;
        if (text is null || colon < 1
            || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port is < 1 or > 65535)
            return false;
        var host = text[..colon];
        if (host.StartsWith('[') && host.EndsWith(']'))
        {
            if (!IPAddress.TryParse(host.AsSpan(1, host.Length - 2), out var six) || six.AddressFamily != AddressFamily.InterNetworkV6)
                return false;
            address = new PeerAddress(AddressKind.IPv6, six.ToString(), port);
            return true;
        }
        if (IPAddress.TryParse(host, out var four) && four.AddressFamily == AddressFamily.InterNetwork)
        {
            address = new PeerAddress(AddressKind.IPv4, four.ToString(), port);
            return true;
        }
        if (host.Length > 255 || Uri.CheckHostName(host) != UriHostNameType.Dns)
            return false;
        address = new PeerAddress(AddressKind.Name, host, port);
        return true;
    }

    /// <summary>Reads an address.</summary>
    /// <exception cref="FormatException">The text is not one.</exception>
    public static PeerAddress Parse(string text) => TryParse(text, out var address)
        ? address
        : throw new FormatException($"'{text}' is not an address; write host:port or [IPv6 address]:port.");

    /// <summary>The address of an end point.</summary>
    public static PeerAddress Of(IPEndPoint endPoint) => new(
        endPoint.AddressFamily == AddressFamily.InterNetworkV6 ? AddressKind.IPv6 : AddressKind.IPv4, endPoint.Address.ToString(),
        endPoint.Port);

    /// <inheritdoc/>
    public override string ToString() => Kind == AddressKind.IPv6 ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
