using Starling.Core.Kernel;
using Starling.Ledgers;
using Starling.Node.Loop;
using Starling.Node.Transport;

namespace Starling.Node;

/// <summary>A node: its loop with all that stands around it. Started once, and stopped once.</summary>
public sealed class StarlingNode : IDisposable
{
    private readonly NodeLoop loop;
    private readonly EffectRunner effects;
    private readonly PeerNetwork network;
    private readonly InputQueue queue;
    private readonly LedgerWatch watch;
    private readonly CancellationTokenSource stopping = new();
    private Task watching = Task.CompletedTask;
    private bool started;

    /// <summary>Puts a node together.</summary>
    /// <param name="loop">Its loop.</param>
    /// <param name="effects">Carries out what the kernel asks for.</param>
    /// <param name="network">Reaches peers.</param>
    /// <param name="ledger">Is watched.</param>
    /// <param name="queue">What waits for the kernel.</param>
    public StarlingNode(NodeLoop loop, EffectRunner effects, PeerNetwork network, ILedger ledger, InputQueue queue)
    {
        (this.loop, this.effects, this.network, this.queue) = (loop, effects, network, queue);
        watch = new LedgerWatch(ledger, queue, TimeProvider.System);
        effects.Broken = loop.Break;
    }

    /// <summary>How the node's loop ended; completes when it has.</summary>
    public Task<NodeEnd> End => loop.End;

    /// <summary>Starts the loop.</summary>
    /// <param name="survivors">What survived on disk.</param>
    public void Start(Started survivors)
    {
        started = true;
        network.Attach(new PeerInputs(queue));
        loop.Start(survivors, effects);
        watching = watch.RunAsync(stopping.Token);
    }

    /// <summary>Takes no more inputs, lets saves finish and the mirror be written, and says goodbye to peers.</summary>
    /// <param name="limit">How long each of these may take.</param>
    public async Task StopAsync(TimeSpan limit)
    {
        loop.Stop();
        await stopping.CancelAsync().ConfigureAwait(false);
        if (started)
            await Task.WhenAny(loop.End, Task.Delay(limit)).ConfigureAwait(false);
        await effects.StopAsync(limit).ConfigureAwait(false);
        await Task.WhenAny(Task.WhenAll(watching, network.DisposeAsync().AsTask()), Task.Delay(limit)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => stopping.Dispose();
}
