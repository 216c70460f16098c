using Microsoft.Extensions.Logging;
using Starling.Node.Identity;
using Starling.Node.Identity.Workload;
using Starling.Node.Loop;

namespace Starling.Daemon;

/// <summary>Follows what the Workload API issues, across restarts of its server.</summary>
/// <param name="socket">The socket's path.</param>
/// <param name="clock">Tells the time.</param>
internal sealed class WorkloadFollower(string socket, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <summary>What is issued now.</summary>
    /// <exception cref="IdentityException">Nothing is, or not within 30 s.</exception>
    public async Task<WorkloadIdentity> FirstAsync(CancellationToken cancellation)
    {
        using var api = new WorkloadApi(socket);
        using var limit = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            await foreach (var issued in api.WatchAsync(either.Token).ConfigureAwait(false))
                return issued;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new IdentityException(
                $"The Workload API at {socket} has issued nothing within {Patience.TotalSeconds:0} s; look into the SPIRE agent's log.");
        }

        throw new IdentityException($"The Workload API at {socket} ended its answer without an identity; look into the SPIRE agent's log.");
    }

    /// <summary>Hands on what is issued until cancelled.</summary>
    public async Task RunAsync(Action<WorkloadIdentity> take, ILogger log, CancellationToken stop)
    {
        using var api = new WorkloadApi(socket);
        for (var wait = FirstWait; !stop.IsCancellationRequested; wait = wait.Doubled(LongestWait))
        {
            try
            {
                await foreach (var issued in api.WatchAsync(stop).ConfigureAwait(false))
                {
                    take(issued);
                    wait = FirstWait;
                }
            }
            catch (IdentityException e)
            {
                log.LogWarning("{Reason} The node goes on with what it has.", e.Message);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(wait, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
