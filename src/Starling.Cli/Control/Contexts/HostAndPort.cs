using System.Globalization;
using System.Net;
using Starling.Api;
using Starling.Cli.Terminal;
using Starling.Core.Configuration;

namespace Starling.Cli.Control.Contexts;

/// <summary>Where something listens, as people write it: <c>host</c>, <c>host:port</c> or <c>[IPv6 address]:port</c>.</summary>
/// <param name="Host">A name or an address, without brackets.</param>
/// <param name="Port">1 to 65535.</param>
internal sealed record HostAndPort(string Host, int Port)
{
    /// <summary>The port of a service behind a proxy that names none.</summary>
    public const int ServicePort = 443;

    /// <summary>Reads one; null if the text is none.</summary>
    /// <param name="text">The text.</param>
    /// <param name="usual">The port if the text names none; a node's unless given.</param>
    public static HostAndPort? TryParse(string text, int usual = NodeClient.DefaultPort)
    {
        var bracket = text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) : -1;
        if (text.StartsWith('[') && bracket < 0)
            return null;
        var host = bracket > 0 ? text[1..bracket] : text.Split(':')[0];
        var rest = bracket > 0 ? text[(bracket + 1)..] : text[host.Length..];
        if (rest.Length > 0 && rest[0] != ':')
            return null;
        var port = usual;
        if (rest.Length > 0
            && (!int.TryParse(rest[1..], NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535))
            return null;
        return Uri.CheckHostName(host) is UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6
            ? new HostAndPort(host, port)
            : null;
    }

    /// <summary>Reads what a user gave.</summary>
    /// <param name="text">The text.</param>
    /// <param name="usual">The port if the text names none.</param>
    /// <exception cref="CommandException">It is no address.</exception>
    public static HostAndPort Parse(string text, int usual = NodeClient.DefaultPort) => TryParse(text, usual)
        ?? throw new CommandException(ExitCode.Usage, $"'{Mistake.Shorten(text)}' is no address; write host:port or [IPv6 address]:port.");

    /// <summary>For sockets.</summary>
    public DnsEndPoint ToEndPoint() => new(Host, Port);

    /// <inheritdoc/>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal)
        ? string.Create(CultureInfo.InvariantCulture, $"[{Host}]:{Port}")
        : string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");
}
