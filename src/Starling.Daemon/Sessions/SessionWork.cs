using Starling.Core.Kernel;
using Starling.Node.Events;

namespace Starling.Daemon.Sessions;

/// <summary>An assignment that a program has not carried out yet.</summary>
/// <param name="Number">By which the program names it.</param>
/// <param name="Assignment">What to do.</param>
/// <param name="Report">Receives what happens meanwhile.</param>
internal sealed record SessionWork(long Number, Assignment Assignment, Action<NodeEvent> Report)
{
    private readonly TaskCompletionSource<UpdateReady?> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int measured;

    /// <summary>When the program got it.</summary>
    public long Begun { get; set; }

    /// <summary>Whether the final model was measured.</summary>
    public bool IsMeasured => (Volatile.Read(ref measured) & (1 << (int)ModelKind.Final)) != 0;

    /// <summary>A model is measured once: what is told of it is kept as long as the node's folder.</summary>
    /// <returns>Whether it was not before.</returns>
    public bool TryMeasure(ModelKind kind) => (Interlocked.Or(ref measured, 1 << (int)kind) & (1 << (int)kind)) == 0;

    /// <summary>What came of it.</summary>
    public Task<UpdateReady?> Done => done.Task;

    /// <returns>Whether it was taken; false if something else came before.</returns>
    public bool Complete(UpdateReady? update) => done.TrySetResult(update);

    public void Fail(Exception why) => done.TrySetException(why);

    public void Cancel(CancellationToken why) => done.TrySetCanceled(why);
}
