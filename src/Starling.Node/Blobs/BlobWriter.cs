using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Starling.Core.Blobs;
using Starling.Core.Identity;
using Starling.Core.Models;

namespace Starling.Node.Blobs;

/// <summary>
/// Writes a new blob, every byte once, in any order and from several threads at once. A chunk is hashed as soon as its last byte is there,
/// while the bytes are still in the page cache; one that comes in order is hashed as it comes, while they are in the processor's. Disposed
/// of without <see cref="CompleteAsync"/>, it leaves nothing behind.
/// </summary>
public sealed class BlobWriter : IByteSink, IDisposable
{
    private readonly BlobStore store;
    private readonly SafeFileHandle handle;
    private readonly string path;
    private readonly int chunkBytes;
    private readonly int[] filled;
    private readonly Digest[] hashes;
    private readonly IncrementalHash running = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private int ended;

    internal BlobWriter(BlobStore store, ContractId contract, long length, int chunkBytes, string path, SafeFileHandle handle)
    {
        this.store = store;
        this.handle = handle;
        this.path = path;
        this.chunkBytes = chunkBytes;
        Contract = contract;
        Length = length;
        filled = new int[(length + chunkBytes - 1) / chunkBytes];
        hashes = new Digest[filled.Length];
    }

    /// <summary>The contract that it counts against.</summary>
    public ContractId Contract { get; }

    /// <summary>The blob's length in bytes, which was stated in advance.</summary>
    public long Length { get; }

    /// <summary>Bytes that <see cref="Append"/> wrote.</summary>
    public long Appended { get; private set; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The stretch is not within the length.</exception>
    /// <exception cref="InvalidOperationException">Bytes are written twice.</exception>
    /// <exception cref="NoSpaceException">The disk is full.</exception>
    public void Write(long position, ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position, Length - bytes.Length);
        Put(position, bytes);
        for (var left = bytes.Length; left > 0;)
        {
            var chunk = (int)(position / chunkBytes);
            var count = (int)Math.Min(left, ((chunk + 1L) * chunkBytes) - position);
            var now = Interlocked.Add(ref filled[chunk], count);
            if (now > LengthOf(chunk))
                throw new InvalidOperationException($"Bytes of chunk {chunk} of a new blob were written twice.");
            if (now == LengthOf(chunk))
                Hash(chunk);
            position += count;
            left -= count;
        }
    }

    /// <summary>Writes the next bytes in order. For one thread, and not mixed with <see cref="Write"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are more bytes than the length.</exception>
    /// <exception cref="InvalidOperationException"><see cref="Write"/> wrote to the same chunk.</exception>
    /// <exception cref="NoSpaceException">The disk is full.</exception>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, Length - Appended, nameof(bytes));
        while (!bytes.IsEmpty)
        {
            var chunk = (int)(Appended / chunkBytes);
            var held = (int)(Appended % chunkBytes);
            if (filled[chunk] != held)
                throw new InvalidOperationException($"Chunk {chunk} of a new blob has {filled[chunk]} bytes where {held} were appended.");
            var next = bytes[..Math.Min(bytes.Length, LengthOf(chunk) - held)];
            Put(Appended, next);
            running.AppendData(next);
            filled[chunk] += next.Length;
            if (filled[chunk] == LengthOf(chunk))
                End(chunk, new Digest(running.GetHashAndReset()));
            Appended += next.Length;
            bytes = bytes[next.Length..];
        }
    }

    /// <summary>Ends the blob and gives its name. It is whole in the store then, and not yet synced.</summary>
    /// <exception cref="InvalidOperationException">Bytes are missing, or it has ended before.</exception>
    /// <exception cref="NoSpaceException">The disk is full.</exception>
    public async Task<BlobId> CompleteAsync()
    {
        for (var chunk = 0; chunk < filled.Length; chunk++)
            if (Volatile.Read(ref filled[chunk]) != LengthOf(chunk))
                throw new InvalidOperationException($"Chunk {chunk} of a new blob has {filled[chunk]} bytes of {LengthOf(chunk)}.");
        if (Interlocked.Exchange(ref ended, 1) != 0)
            throw new InvalidOperationException("The new blob has ended.");
        var manifest = new BlobManifest(Length, chunkBytes, ImmutableArray.Create(hashes));
        return await Task.Run(() => store.Adopt(Contract, manifest, path, handle)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref ended, 1) == 0)
            store.Discard(Contract, Length, path, handle);
        running.Dispose();
    }

    private int LengthOf(int chunk) => (int)Math.Min(chunkBytes, Length - ((long)chunk * chunkBytes));

    private void Put(long position, ReadOnlySpan<byte> bytes)
    {
        try
        {
            RandomAccess.Write(handle, bytes, position);
        }
        catch (IOException fault) when (DiskSync.IsFull(fault))
        {
            throw new NoSpaceException($"The disk has no room for a new blob of {Length} bytes.", fault);
        }
    }

    private void Hash(int chunk)
    {
        var length = LengthOf(chunk);
        var scratch = ArrayPool<byte>.Shared.Rent(length);
        if (!BlobFile.ReadWhole(handle, (long)chunk * chunkBytes, scratch.AsSpan(0, length)))
            throw new BlobStoreException("A new blob is shorter on disk than what was written.");
        End(chunk, Digest.Of(scratch.AsSpan(0, length)));
        ArrayPool<byte>.Shared.Return(scratch);
    }

    private void End(int chunk, Digest hash)
    {
        hashes[chunk] = hash;
        DiskSync.Begin(handle, (long)chunk * chunkBytes, LengthOf(chunk));
        BlobTelemetry.BytesStored.Add(LengthOf(chunk));
    }
}
