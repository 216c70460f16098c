using System.Diagnostics;
using Starling.Core.Kernel;

namespace Starling.Node.Loop;

/// <summary>
/// What the kernel asked for and is still being done, on the pool. Each operation ends with one completion, unless it is
/// cancelled or the node stops. One that was cancelled too late and has left a blob behind says so all the same.
/// </summary>
/// <param name="complete">Receives completions.</param>
/// <param name="broke">Receives what no completion can express.</param>
internal sealed class Operations(Action<Input> complete, Action<Exception> broke)
{
    private readonly Lock gate = new();
    private readonly Dictionary<OperationId, Running> running = [];
    private readonly HashSet<OperationId> failedSaves = [];
    private bool stopped;

    private sealed record Running(Operation Operation, CancellationTokenSource Cancellation, TaskCompletionSource<bool> Done);

    /// <summary>How many are being done.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return running.Count;
        }
    }

    /// <summary>Begins an operation.</summary>
    /// <param name="operation">The effect.</param>
    /// <param name="work">Does it, and gives its completion.</param>
    /// <param name="failure">The completion for an exception; null for one that must not happen.</param>
    /// <param name="isShort">Whether it begins on the caller's thread: sooner done than handed to another.</param>
    public void Start(Operation operation, Func<CancellationToken, Task<Input>> work, Func<Exception, Input?> failure, bool isShort = false)
    {
        var entry = new Running(operation, new CancellationTokenSource(),
            new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (gate)
        {
            if (stopped)
                return;
            running.Add(operation.Id, entry);
        }

        _ = isShort ? RunAsync(operation, entry, work, failure) : Task.Run(() => RunAsync(operation, entry, work, failure));
    }

    /// <summary>Waits until saves have ended.</summary>
    /// <returns>Whether all were done; false if one failed or was cancelled.</returns>
    public async Task<bool> WaitForSavesAsync(IReadOnlyCollection<OperationId> ids, CancellationToken cancellation)
    {
        Task<bool>[] ends;
        lock (gate)
        {
            if (ids.Any(failedSaves.Contains))
                return false;
            ends = [.. ids.Select(id => running.TryGetValue(id, out var entry) ? entry.Done.Task : null).OfType<Task<bool>>()];
        }

        return (await Task.WhenAll(ends).WaitAsync(cancellation).ConfigureAwait(false)).All(done => done);
    }

    /// <summary>Forgets an operation; its completion will not come, unless there is a blob to let go.</summary>
    public void Cancel(OperationId id)
    {
        Running? entry;
        lock (gate)
        {
            if (running.Remove(id, out entry) && IsSave(entry.Operation))
                failedSaves.Add(id);
        }

        // Off the loop's thread: cancelling runs what waits for the token.
        if (entry is not null)
            _ = entry.Cancellation.CancelAsync();
    }

    /// <summary>Begins no more, lets saves finish, and cancels all else; tasks have time to end their programs.</summary>
    /// <param name="limit">How long to wait for saves and tasks.</param>
    public async Task StopAsync(TimeSpan limit)
    {
        KeyValuePair<OperationId, Running>[] left;
        lock (gate)
        {
            stopped = true;
            left = [.. running];
        }

        foreach (var (id, entry) in left)
            if (!IsSave(entry.Operation))
                Cancel(id);
        var ends = left.Where(pair => IsSave(pair.Value.Operation) || pair.Value.Operation is StartWork)
            .Select(pair => (Task)pair.Value.Done.Task);
        await Task.WhenAny(Task.WhenAll(ends), Task.Delay(limit)).ConfigureAwait(false);
    }

    private static bool IsSave(Operation operation) => operation is SaveRecord or SaveBlob;

    private async Task RunAsync(Operation operation, Running entry, Func<CancellationToken, Task<Input>> work,
        Func<Exception, Input?> failure)
    {
        using var activity = NodeTelemetry.Source.StartActivity(operation.GetType().Name);
        activity?.SetTag("operation", operation.Id.Value);
        Input? completion = null;
        try
        {
            completion = await work(entry.Cancellation.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (entry.Cancellation.IsCancellationRequested)
        {
        }
        catch (Exception fault)
        {
            activity?.SetStatus(ActivityStatusCode.Error, fault.Message);
            completion = failure(fault);
            if (completion is null)
                broke(fault);
        }

        bool wanted;
        lock (gate)
        {
            wanted = running.Remove(operation.Id);
            if (wanted && completion is not Saved && IsSave(operation))
                failedSaves.Add(operation.Id);
        }

        entry.Done.SetResult(completion is Saved);
        if (completion is not null && (wanted || completion is ManifestArrived or Computed { Result: MergeDone }))
            complete(completion);
    }
}
