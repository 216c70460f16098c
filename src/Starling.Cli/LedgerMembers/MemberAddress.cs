using System.Globalization;
using Starling.Api;
using Starling.Cli.Terminal;

namespace Starling.Cli.LedgerMembers;

/// <summary>A member of the etcd that a ledger is in, as the others find it.</summary>
/// <param name="Name">Its name, usually the organisation's.</param>
/// <param name="Host">Its host name or IP address.</param>
/// <param name="Port">The port for other members.</param>
internal sealed record MemberAddress(string Name, string Host, int Port)
{
    /// <summary>The port of a member that names none.</summary>
    public const int DefaultPort = 2380;

    private const int MaxName = 64;

    /// <summary>Whether it can only be reached from this host.</summary>
    public bool IsLoopback =>
        Host == "localhost" || (System.Net.IPAddress.TryParse(Host, out var address) && System.Net.IPAddress.IsLoopback(address));

    /// <summary>Reads <c>NAME=HOST</c> or <c>NAME=HOST:PORT</c>.</summary>
    /// <exception cref="CommandException">The text is neither.</exception>
    public static MemberAddress Parse(string text)
    {
        var parts = text.Split('=', 2, StringSplitOptions.TrimEntries);
        if (parts is not [{ Length: > 0 and <= MaxName } name, { Length: > 0 } place]
            || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_')
            || !Uri.TryCreate($"etcd://{place}", UriKind.Absolute, out var address)
            || address is not { PathAndQuery: "" or "/", UserInfo: "", Fragment: "" }
            || address.HostNameType is not (UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6))
            throw new CommandException(ExitCode.Usage,
                $"'{text}' is no member; write NAME=HOST or NAME=HOST:PORT, as in hospital-a=10.0.0.1.");
        return new MemberAddress(name, address.DnsSafeHost, address.Port > 0 ? address.Port : DefaultPort);
    }

    /// <summary>A member that runs, from where it says that others reach it; null if that is no such address.</summary>
    public static MemberAddress? Of(string name, string peerUrl) =>
        Uri.TryCreate(peerUrl, UriKind.Absolute, out var url) ? new MemberAddress(name, url.DnsSafeHost, url.Port) : null;

    /// <summary>The text that <see cref="Parse"/> reads.</summary>
    public override string ToString()
    {
        var host = Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;
        return Port == DefaultPort ? $"{Name}={host}" : string.Create(CultureInfo.InvariantCulture, $"{Name}={host}:{Port}");
    }

    /// <summary>A URL of a port of this host, as etcd wants it.</summary>
    public static string Url(string scheme, string host, int port) =>
        string.Create(CultureInfo.InvariantCulture,
            $"{scheme}://{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{port}");
}
