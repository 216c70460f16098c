using Starling.Core.Identity;

namespace Starling.Node.Blobs;

/// <summary>Keeps a blob on disk until it is disposed of, even if the blob is released meanwhile.</summary>
public sealed class BlobLease : IDisposable
{
    private Action? end;

    internal BlobLease(BlobId blob, Action end)
    {
        Blob = blob;
        this.end = end;
    }

    /// <summary>The blob.</summary>
    public BlobId Blob { get; }

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref end, null)?.Invoke();
}
