using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Starling.Api;
using Starling.Daemon.Configuration;
using Starling.Node.Identity;
using Starling.Node.Identity.Workload;

namespace Starling.Daemon;

/// <summary>Talks to the node of this host, as itself. What it shows is known here, whoever made it.</summary>
public static class HostClient
{
    /// <summary>Prepares to talk; asks the Workload API what the node shows, where that issues it.</summary>
    /// <param name="node">What the node is told.</param>
    /// <param name="own">The node's own certificate with its private key.</param>
    /// <param name="id">The SPIFFE ID in that.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="DaemonException">What the node shows cannot be read, or is not issued.</exception>
    public static async Task<NodeClient> OpenAsync(NodeConfiguration node, X509Certificate2 own, string id, CancellationToken cancellation)
    {
        try
        {
            return Open(node, own, id, await DaemonIdentity.IssuedAsync(node.Identity, cancellation).ConfigureAwait(false));
        }
        catch (IdentityException e)
        {
            throw new DaemonException(ExitCode.Identity, e.Message, e);
        }
    }

    /// <summary>Prepares to talk.</summary>
    /// <param name="node">What the node is told.</param>
    /// <param name="own">The node's own certificate with its private key.</param>
    /// <param name="id">The SPIFFE ID in that.</param>
    /// <param name="issued">What the Workload API issued; null if none is used.</param>
    /// <exception cref="IdentityException">What the node shows cannot be read.</exception>
    internal static NodeClient Open(NodeConfiguration node, X509Certificate2 own, string id, WorkloadIdentity? issued)
    {
        var address = new DnsEndPoint(node.Local.Address.ToString(), node.Local.Port);
        if (node.Identity.Shown is ShownFiles files)
            return NodeClient.Pinned(address, id, own, Load(PemCertificates.Read(files.Certificate)[0]));
        return new NodeClient(address, issued?.SpiffeId ?? id, own,
            [.. node.Identity.Anchors.SelectMany(file => PemCertificates.Read(file)).Concat(issued?.Anchors ?? []).Select(Load)]);
    }

    private static X509Certificate2 Load(ImmutableArray<byte> der) => X509CertificateLoader.LoadCertificate(der.AsSpan());
}
