using Starling.Api;

namespace Starling.Cli.Control;

/// <summary>Waits for a node that is not there, as while it is restarted.</summary>
internal static class NodeWait
{
    /// <summary>Why a node is not ready; null if it is.</summary>
    /// <exception cref="NodeClientException">It refuses the caller, and will do so the next time, too; or another one answers than is
    /// meant, and will be another one.</exception>
    public static async Task<string?> WhyNotReadyAsync(NodeClient node, CancellationToken cancellation)
    {
        try
        {
            await node.GetReadinessAsync(cancellation).ConfigureAwait(false);
            return null;
        }
        catch (NodeClientException e) when (e.ExitCode is not (ExitCode.Denied or ExitCode.Identity))
        {
            return e.Message;
        }
    }

    /// <summary>
    /// Asks a node something. One that does not answer is asked again once it is ready: before that it would tell of a contract what it has
    /// read so far.
    /// </summary>
    /// <param name="ask">Asks.</param>
    /// <param name="whyNotReady">Says why the node is not ready; null if it is.</param>
    /// <param name="patience">How long it may be silent.</param>
    /// <param name="pause">Between two tries.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="NodeClientException">It was silent for longer, or refuses.</exception>
    public static async Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> ask, Func<CancellationToken, Task<string?>> whyNotReady,
        TimeSpan patience, TimeSpan pause, CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        NodeClientException? silence = null;
        while (true)
        {
            try
            {
                if (silence is not null)
                    await Task.Delay(pause, end.Token).ConfigureAwait(false);
                if (silence is null || await whyNotReady(end.Token).ConfigureAwait(false) is null)
                    return await ask(end.Token).ConfigureAwait(false);
            }
            catch (NodeClientException e) when (e.ExitCode == ExitCode.Unreachable)
            {
                if (silence is null)
                    end.CancelAfter(patience);
                silence ??= e;
            }
            catch (OperationCanceledException) when (silence is not null && !cancellation.IsCancellationRequested)
            {
                throw new NodeClientException(silence.ExitCode, silence.Message, silence);
            }
        }
    }
}
