using System.Diagnostics.Tracing;
using System.Globalization;

namespace Starling.Fuzz.Running;

/// <summary>
/// Listens to what the runtime tells of the objects that this process allocates: each above 100 KiB, and of the smaller ones that which
/// completes such an amount, so that what is allocated again and again is met by and by.
/// </summary>
internal sealed class LargestObject : EventListener
{
    private const string Runtime = "Microsoft-Windows-DotNETRuntime";
    private const int AllocationTick = 10;
    private const EventKeywords Collector = (EventKeywords)1;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TaskCompletionSource isSettled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long largest;

    /// <summary>Waits until the runtime has told of all that was allocated so far. Once.</summary>
    /// <returns>The size of the largest object that was met, in bytes.</returns>
    /// <exception cref="InvalidOperationException">The runtime tells nothing.</exception>
    public long Settle()
    {
        // It tells in order.
        GC.KeepAlive(new Marker[1 << 16]);
        return isSettled.Task.Wait(Patience)
            ? Interlocked.Read(ref largest)
            : throw new InvalidOperationException("The runtime does not tell what is allocated.");
    }

    /// <inheritdoc/>
    protected override void OnEventSourceCreated(EventSource source)
    {
        if (source.Name == Runtime)
            EnableEvents(source, EventLevel.Verbose, Collector);
    }

    /// <inheritdoc/>
    protected override void OnEventWritten(EventWrittenEventArgs written)
    {
        if (written is not { EventId: AllocationTick, PayloadNames: { } names, Payload: { } values })
            return;
        if (values[names.IndexOf("TypeName")] is string type && type.Contains(nameof(Marker), StringComparison.Ordinal))
            isSettled.TrySetResult();
        else
            Interlocked.Exchange(ref largest,
                Math.Max(largest, Convert.ToInt64(values[names.IndexOf("ObjectSize")], CultureInfo.InvariantCulture)));
    }

    private sealed class Marker;
}
