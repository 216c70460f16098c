namespace Starling.Node.Blobs;

/// <summary>A blob that stays in the store until this is disposed of; once more does nothing.</summary>
internal sealed class HeldBlob(BlobFile file, Action<BlobFile> end) : IDisposable
{
    private int ended;

    /// <summary>The blob.</summary>
    public BlobFile File { get; } = file;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref ended, 1) == 0)
            end(File);
    }
}
