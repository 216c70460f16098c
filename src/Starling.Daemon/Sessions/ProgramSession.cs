using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Node.Programs;

namespace Starling.Daemon.Sessions;

/// <summary>
/// A session with a program in another process, apart from how the two talk: which assignment it has, and whether it ever came. A program
/// that was started again takes its session up where it stands; its node gives it the assignment anew.
/// </summary>
internal sealed class ProgramSession(ContractId contract) : IProgramSession
{
    private readonly Lock gate = new();
    private volatile TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SessionWork? work;
    private long number;
    private long handedOver;
    private (string? Id, CancellationToken Closed) holder;

    public ContractId Contract => contract;

    /// <summary>Completes when the program that was started last has opened the session.</summary>
    public Task Opened => opened.Task;

    /// <inheritdoc/>
    public bool IsOpen => opened.Task.IsCompleted;

    /// <summary>The assignment that is not done; null for none.</summary>
    public SessionWork? Work
    {
        get
        {
            lock (gate)
                return work;
        }
    }

    /// <summary>One at a time sends an update.</summary>
    public SemaphoreSlim Sending { get; } = new(1, 1);

    /// <summary>How many updates the program has handed over.</summary>
    public long HandedOver => Interlocked.Read(ref handedOver);

    /// <summary>A program is started, for the first time or again: it has yet to open the session.</summary>
    public void Expect() => opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>
    /// A program opens the session over a connection, and has it until that connection ends. Another one waits a while for that: it may be
    /// the same program, whose connection broke.
    /// </summary>
    /// <returns>Whether it has the session now; false if another program has it.</returns>
    public async Task<bool> TryOpenAsync((string Id, CancellationToken Closed) connection, TimeSpan patience,
        CancellationToken cancellation)
    {
        for (var waited = false; ; waited = true)
        {
            CancellationToken before;
            lock (gate)
            {
                before = holder.Closed;
                if (holder.Id is null || holder.Id == connection.Id || before.IsCancellationRequested)
                {
                    holder = connection;
                    opened.TrySetResult();
                    return true;
                }
            }

            if (waited)
                return false;
            using var either = CancellationTokenSource.CreateLinkedTokenSource(before, cancellation);
            await Task.Delay(patience, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <inheritdoc/>
    public async Task<UpdateReady?> CarryOutAsync(Assignment assignment, Action<NodeEvent> report, CancellationToken cancellation)
    {
        SessionWork mine;
        TaskCompletionSource before;
        lock (gate)
        {
            work = mine = new SessionWork(++number, assignment, report);
            (before, news) = (news, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        before.TrySetResult();
        using var ends = cancellation.Register(() => mine.Cancel(cancellation));
        try
        {
            var update = await mine.Done.ConfigureAwait(false);
            Interlocked.Increment(ref handedOver);
            return update;
        }
        finally
        {
            lock (gate)
                work = work == mine ? null : work;
        }
    }

    /// <summary>The assignment of this number, if it is still to be done.</summary>
    public SessionWork? Find(long wanted) =>
        Work is { Done.IsCompleted: false } current && current.Number == wanted ? current : null;

    /// <summary>Waits for an assignment behind this number.</summary>
    /// <returns>Null if none came in time.</returns>
    public async Task<SessionWork?> NextAsync(long after, TimeSpan patience, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(patience);
        while (true)
        {
            Task changed;
            lock (gate)
            {
                if (work is { } current && current.Number > after)
                    return current;
                changed = news.Task;
            }

            try
            {
                await changed.WaitAsync(limit.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                return null;
            }
        }
    }
}
