using Starling.Core.Kernel;
using Starling.Ledgers;

namespace Starling.Node.Loop;

/// <summary>
/// Turns a ledger's hints into inputs. The kernel reads by itself now and then, so a watch that fails costs time and nothing else.
/// </summary>
internal sealed class LedgerWatch(ILedger ledger, InputQueue queue, TimeProvider time)
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    /// <summary>Watches until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
            try
            {
                await foreach (var contract in ledger.WatchAsync(cancellation).ConfigureAwait(false))
                    queue.Add(new LedgerChanged(contract));
                return;
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault) when (fault is LedgerException or IOException)
            {
                await Task.Delay(Retry, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
    }
}
