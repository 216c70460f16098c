using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Starling.Api;
using Starling.Api.Checks;
using Starling.Daemon.Configuration;
using Starling.Node.Identity;
using Starling.Node.Transport;

namespace Starling.Daemon.Checks;

/// <summary>
/// Looks at a host and what its node needs, whether the node runs or not. It changes nothing, and takes no connection from the node.
/// </summary>
public static class Doctor
{
    /// <summary>Looks.</summary>
    /// <param name="node">What the node is told.</param>
    /// <param name="further">Addresses to look at besides those of its peers, <c>host:port</c>.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<ImmutableArray<CheckResult>> ExamineAsync(NodeConfiguration node, IEnumerable<string> further,
        CancellationToken cancellation)
    {
        var results = ImmutableArray.CreateBuilder<CheckResult>();
        DaemonIdentity? identity = null;
        try
        {
            identity = DaemonIdentity.Load(node.Identity, null);
        }
        catch (IdentityException e)
        {
            results.Add(CheckResult.Fail("trust", e.Message,
                "Name the right files under 'identity' in node.yaml; 'starling ca issue' makes them."));
        }

        results.AddRange(DiskCheck.Examine(node.Folder));
        if (identity is not null)
            using (identity.Keys)
            {
                results.AddRange(TrustCheck.Examine(node.Identity, identity, TimeProvider.System.GetUtcNow()));
                var (port, isRunning) = await PortCheck.ExamineAsync(node, identity, cancellation).ConfigureAwait(false);
                results.Add(port);
                foreach (var peer in node.Peers)
                    results.AddRange(
                        await PeerCheck.ExamineAsync(peer.Node, peer.Addresses, identity.Credentials, cancellation).ConfigureAwait(false));
                foreach (var address in further)
                    results.AddRange(await PeerCheck.ExamineAsync(null, [PeerAddress.Parse(address)], identity.Credentials, cancellation)
                        .ConfigureAwait(false));
                results.AddRange(await LedgerCheck
                    .ExamineAsync(node, isRunning ? await StatusAsync(node, identity, cancellation).ConfigureAwait(false) : null,
                        cancellation).ConfigureAwait(false));
            }

        results.AddRange(await ExecutorCheck.ExamineAsync(node.Tasks, cancellation).ConfigureAwait(false));
        return results.ToImmutable();
    }

    private static async Task<NodeStatus?> StatusAsync(NodeConfiguration node, DaemonIdentity identity, CancellationToken cancellation)
    {
        using var certificate = identity.Keys.ToTlsCertificate();
        using var client = new NodeClient(
            new DnsEndPoint(node.Local.Address.ToString(), node.Local.Port), identity.Keys.Identity.Id.Value, certificate,
            [.. identity.Credentials.Trust.Anchors.Select(anchor => X509CertificateLoader.LoadCertificate(anchor.AsSpan()))]);
        try
        {
            return await client.GetStatusAsync(cancellation).ConfigureAwait(false);
        }
        catch (NodeClientException)
        {
            return null; // It stopped since, or shows a certificate that others made: then its folder tells, or refuses to.
        }
    }
}
