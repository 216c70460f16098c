using Starling.Core.Blobs;
using Starling.Core.Identity;
using Starling.Core.Models;
using Starling.Node.Blobs;

namespace Starling.Node.Computing;

/// <summary>A model in a whole blob, read piece by piece.</summary>
internal sealed class BlobModel : IByteSource, IDisposable
{
    private readonly BlobReader reader;
    private readonly CancellationToken cancellation;

    private BlobModel(BlobReader reader, CancellationToken cancellation)
    {
        this.reader = reader;
        this.cancellation = cancellation;
        Header = SafetensorsHeader.Read(reader, reader.Length).Header;
        Source = Header is null ? null : new SafetensorsSource(Header, this);
    }

    /// <summary>The file's header; null if the blob is no model.</summary>
    public SafetensorsHeader? Header { get; }

    /// <summary>Where the blob's chunks lie.</summary>
    public BlobManifest Manifest => reader.Manifest;

    /// <summary>The contract that the blob counts against.</summary>
    public ContractId Contract => reader.Contract;

    /// <summary>The model; null if the blob is none.</summary>
    public SafetensorsSource? Source { get; }

    /// <summary>Opens a blob and reads its header; null if the blob is not whole, or not here. The blob's author is not trusted.</summary>
    public static BlobModel? Open(BlobReader? reader, CancellationToken cancellation)
    {
        if (reader is null)
            return null;
        try
        {
            return new BlobModel(reader, cancellation);
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Read(long position, Span<byte> destination)
    {
        cancellation.ThrowIfCancellationRequested();
        reader.Read(position, destination);
    }

    /// <inheritdoc/>
    public void Dispose() => reader.Dispose();
}
