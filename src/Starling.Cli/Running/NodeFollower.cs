using System.Net;
using System.Security.Cryptography.X509Certificates;
using Starling.Api;
using Starling.Cli.Runs;

namespace Starling.Cli.Running;

/// <summary>Follows one node's events over its API, and connects again whenever the node was away.</summary>
/// <param name="node">The node.</param>
/// <param name="monitor">Is told every event.</param>
/// <param name="certificate">The run's own certificate.</param>
/// <param name="anchors">The authorities that vouch for the node.</param>
internal sealed class NodeFollower(PlannedNode node, RunMonitor monitor, X509Certificate2 certificate, X509Certificate2Collection anchors)
    : IDisposable
{
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(100);
    private readonly NodeClient client = new(new DnsEndPoint("127.0.0.1", node.Port), node.Id, certificate, anchors);

    /// <summary>The node's API.</summary>
    public NodeClient Client => client;

    /// <summary>Follows until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var (life, after) = monitor.Position(node);
                await foreach (var told in client.GetEventsAsync(after, stop).ConfigureAwait(false))
                    if (!monitor.Tell(node, told, life))
                        break;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (NodeClientException)
            {
                // It was away, and is asked again.
            }

            await Task.Delay(Retry, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();
}
