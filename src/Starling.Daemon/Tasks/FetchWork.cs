using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using Starling.Api;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Tasks;
using Starling.Node.Options;
using Starling.Node.Tasks;

namespace Starling.Daemon.Tasks;

/// <summary>Gets content from another operator's node, and keeps it only if its digest is the one that the task names.</summary>
/// <param name="peers">Where nodes are reached.</param>
/// <param name="identity">Who this node is.</param>
/// <param name="content">Where content goes.</param>
internal sealed class FetchWork(ImmutableArray<KnownPeer> peers, IdentityWatch identity, ContentStore content) : ITaskWork
{
    private const long MostBytes = 64L << 30;
    private static readonly TimeSpan MostSilence = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public TaskKind Kind => TaskKind.FetchContent;

    /// <inheritdoc/>
    public async Task<WorkReport> CarryOutAsync(StartWork order, Action<WorkReport> report, CancellationToken cancellation)
    {
        var (from, name, digest) = (FetchOrder)TaskBody.Read(order.Task, []);
        var began = Stopwatch.GetTimestamp();
        if (content.Find(name) is { } here && here.Digest == digest)
            return Done(name, began, "was here already");
        if (identity.Current.Keys.Identity.Id == from)
            throw new TaskException(
                $"This node is the one to fetch {name} from, and it has none with the digest {digest}; prepare it by a task before.");
        report(new WorkReport(WorkState.Running, $"fetches {name} from {from}", null, WorkUsage.None, ""));
        var staged = content.Stage();
        try
        {
            await FetchAsync(from, name, staged, cancellation).ConfigureAwait(false);
            await content.AdoptAsync(name, staged, digest, cancellation).ConfigureAwait(false);
        }
        finally
        {
            ContentStore.Discard(staged);
        }

        return Done(name, began, $"came from {from}");
    }

    private async Task FetchAsync(NodeId from, ContentName name, string staged, CancellationToken cancellation)
    {
        var addresses = peers.FirstOrDefault(peer => peer.Node == from)?.Addresses ?? [];
        if (addresses.IsDefaultOrEmpty)
            throw new TaskException($"This node knows no address of {from}; list it under 'peers' in node.yaml.");
        var trouble = "";
        using var certificate = identity.Current.Keys.ToTlsCertificate();
        var anchors = identity.Current.Credentials.TrustedRoots();
        foreach (var address in addresses)
            try
            {
                using var client = new NodeClient(new DnsEndPoint(address.Host, address.Port), from.Value, certificate, anchors)
                {
                    MostSilence = MostSilence,
                };
                var archive = await client.OpenContentAsync(name.ToString(), cancellation).ConfigureAwait(false);
                await using (archive.ConfigureAwait(false))
                    await ContentArchive.ReadAsync(archive, staged, MostBytes, cancellation).ConfigureAwait(false);
                return;
            }
            catch (NodeClientException refused)
            {
                trouble = refused.Message;
            }
            catch (IOException broken)
            {
                throw new TaskException($"{name} did not come whole from {from}: {broken.Message.TrimEnd('.')}; assign the task again.", broken);
            }

        throw new TaskException(trouble);
    }

    private static WorkReport Done(ContentName name, long began, string how) =>
        new(WorkState.Complete, $"Content {name} {how}.", null, WorkUsage.None with { Elapsed = Stopwatch.GetElapsedTime(began) }, "");
}
