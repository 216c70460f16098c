using Starling.Core.Blobs;
using Starling.Core.Identity;
using Starling.Core.Models;

namespace Starling.Node.Blobs;

/// <summary>Reads a blob at any position that is here, from several threads at once. The blob stays until this is disposed of.</summary>
public sealed class BlobReader : IByteSource, IDisposable
{
    private readonly BlobFile file;
    private readonly BlobLease lease;

    internal BlobReader(BlobFile file, BlobLease lease)
    {
        this.file = file;
        this.lease = lease;
    }

    /// <summary>The blob.</summary>
    public BlobId Blob => file.Id;

    /// <summary>The contract that it counts against.</summary>
    public ContractId Contract => file.Contract;

    /// <summary>Where its chunks lie.</summary>
    public BlobManifest Manifest => file.Manifest;

    /// <summary>Its length in bytes.</summary>
    public long Length => file.Manifest.Length;

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The stretch is not within the blob.</exception>
    /// <exception cref="BlobStoreException">The file is shorter than it was.</exception>
    public void Read(long position, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position, Length - destination.Length);
        if (!BlobFile.ReadWhole(file.Handle, position, destination))
            throw new BlobStoreException($"Blob {Blob.Short} is shorter on disk than its manifest says.");
    }

    /// <inheritdoc/>
    public void Dispose() => lease.Dispose();
}
