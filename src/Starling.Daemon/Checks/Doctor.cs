using System.Collections.Immutable;
using Starling.Api.Checks;
using Starling.Daemon.Configuration;
using Starling.Node.Identity;
using Starling.Node.Identity.Workload;
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
        (DaemonIdentity? identity, WorkloadIdentity? issued) = (null, null);
        try
        {
            issued = await DaemonIdentity.IssuedAsync(node.Identity, cancellation).ConfigureAwait(false);
        }
        catch (IdentityException e)
        {
            results.Add(CheckResult.Fail("trust", e.Message,
                "See that 'identity.workloadApi' in node.yaml is right, and that the agent answers this user: the node does not start before."));
        }

        try
        {
            identity = DaemonIdentity.Load(node.Identity, issued);
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
                using var own = identity.Keys.ToTlsCertificate();
                using var client = HostClient.Open(node, own, identity.Keys.Identity.Id.Value, issued);
                var (port, isRunning, status) = await PortCheck.ExamineAsync(node, identity, client, cancellation).ConfigureAwait(false);
                results.Add(port);
                foreach (var peer in node.Peers)
                    results.AddRange(
                        await PeerCheck.ExamineAsync(peer.Node, peer.Addresses, identity.Credentials, cancellation).ConfigureAwait(false));
                foreach (var address in further)
                    results.AddRange(await PeerCheck.ExamineAsync(null, [PeerAddress.Parse(address)], identity.Credentials, cancellation)
                        .ConfigureAwait(false));
                results.AddRange(await LedgerCheck.ExamineAsync(node, isRunning, status, cancellation).ConfigureAwait(false));
                results.AddRange((status?.Followed ?? []).Select(followed => followed.SetAside).OfType<string>()
                    .Select(why => CheckResult.Fail("contract", why, "Until then the node takes part in its other contracts alone.")));
            }

        results.AddRange(await ExecutorCheck.ExamineAsync(node.Tasks, cancellation).ConfigureAwait(false));
        return results.ToImmutable();
    }
}
