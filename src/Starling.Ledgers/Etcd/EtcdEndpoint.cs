using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Starling.Ledgers.Etcd;

/// <summary>Where a member of etcd serves clients.</summary>
/// <param name="Host">Its name or address.</param>
/// <param name="Port">Its port.</param>
/// <param name="IsSecured">Whether it is reached over TLS; only loopback is reached without.</param>
public sealed record EtcdEndpoint(string Host, int Port, bool IsSecured)
{
    /// <summary>What an endpoint looks like.</summary>
    public const string Form = "write https://host:2379, or http://127.0.0.1:2379 for a member on this host";

    /// <summary>Reads an address as etcd writes it.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out EtcdEndpoint? endpoint)
    {
        endpoint = null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address is not { PathAndQuery: "/", Fragment: "", UserInfo: "" }
            || address.Port is < 1 or > ushort.MaxValue)
            return false;
        var isSecured = address.Scheme == Uri.UriSchemeHttps;
        var isLoopback =
            address.DnsSafeHost == "localhost" || (IPAddress.TryParse(address.DnsSafeHost, out var ip) && IPAddress.IsLoopback(ip));
        if (!isSecured && !(isLoopback && address.Scheme == Uri.UriSchemeHttp))
            return false;
        endpoint = new EtcdEndpoint(address.DnsSafeHost, address.Port, isSecured);
        return true;
    }

    /// <summary>The address as etcd writes it.</summary>
    public override string ToString() =>
        $"{(IsSecured ? "https" : "http")}://{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}";
}
