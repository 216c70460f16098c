using Microsoft.Extensions.Logging;
using Starling.Core.Configuration;
using Starling.Daemon.Http;
using Starling.Node.Loop;

namespace Starling.Daemon;

/// <summary>What the API is told of the daemon around it, and what it may ask of it.</summary>
/// <param name="access">Who may use the API.</param>
/// <param name="ledger">Since when the ledger does not answer.</param>
/// <param name="log">What is logged.</param>
internal sealed class ServingNode(ApiAccess access, LedgerSilence ledger, ILogger log) : IDisposable
{
    private readonly TaskCompletionSource<string> requested = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource stopped = new();

    public ApiAccess Access => access;

    public LedgerSilence Ledger => ledger;

    /// <summary>Why the node was asked to stop; completes when it is.</summary>
    public Task<string> StopRequested => requested.Task;

    public bool IsStopping => requested.Task.IsCompleted;

    /// <summary>While the node drains: what it awaits before it stops, a sentence; else null.</summary>
    public string? Draining { get; set; }

    /// <summary>Cancelled once the last event has been told.</summary>
    public CancellationToken Stopped => stopped.Token;

    public void RequestStop(string reason) => requested.TrySetResult(reason);

    public void Warn(string sentence) => log.LogWarning("{Sentence}", ShownText.Line(sentence));

    public Task StopAsync() => stopped.CancelAsync();

    public void Dispose() => stopped.Dispose();
}
