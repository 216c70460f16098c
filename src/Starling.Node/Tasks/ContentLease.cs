using System.Collections.Immutable;

namespace Starling.Node.Tasks;

/// <summary>Content that something reads: whatever takes its names, its folders stay until this is disposed.</summary>
public sealed class ContentLease : IDisposable
{
    private Action? end;

    internal ContentLease(ImmutableArray<StoredContent> items, Action end) => (Items, this.end) = (items, end);

    /// <summary>The content, in the order in which it was asked for.</summary>
    public ImmutableArray<StoredContent> Items { get; }

    /// <summary>Lets the folders go when something has ended.</summary>
    public void EndWith(Task reader) => _ = reader.ContinueWith(
        _ => Dispose(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref end, null)?.Invoke();
}
