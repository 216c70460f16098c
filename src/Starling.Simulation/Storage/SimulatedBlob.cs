using System.Collections.Immutable;
using Starling.Core.Blobs;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Models;

namespace Starling.Simulation.Storage;

/// <summary>A blob on a simulated disk: some or all of its chunks, synced or not.</summary>
internal sealed class SimulatedBlob(BlobId id, BlobManifest manifest) : IByteSource
{
    private readonly byte[] content = new byte[manifest.Length];
    private readonly bool[] present = new bool[manifest.Chunks.Length];
    private int missing = manifest.Chunks.Length;

    public BlobId Id => id;

    public BlobManifest Manifest => manifest;

    /// <summary>Whether it would survive a crash.</summary>
    public bool Synced { get; private set; }

    /// <summary>Whether every chunk is there. Not whether they are right: after a crash only <see cref="Inspect"/> tells.</summary>
    public bool IsComplete => missing == 0;

    /// <summary>All bytes; only meaningful if it is complete.</summary>
    public ReadOnlySpan<byte> Content => content;

    public bool Has(int chunk) => chunk >= 0 && chunk < present.Length && present[chunk];

    /// <summary>The bytes of a chunk as they lie on the disk.</summary>
    public ReadOnlySpan<byte> Chunk(int chunk) => content.AsSpan(chunk * manifest.ChunkBytes, manifest.LengthOf(chunk));

    public void Write(int chunk, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(content.AsSpan(chunk * manifest.ChunkBytes, manifest.LengthOf(chunk)));
        if (!present[chunk])
            missing--;
        present[chunk] = true;
    }

    /// <inheritdoc/>
    public void Read(long position, Span<byte> destination) => content.AsSpan((int)position, destination.Length).CopyTo(destination);

    public void Sync() => Synced = true;

    /// <summary>Hashes what is there and forgets the chunks that are not what they should be.</summary>
    public ImmutableArray<bool> Inspect()
    {
        for (var i = 0; i < present.Length; i++)
            if (present[i] && Digest.Of(Chunk(i)) != manifest.Chunks[i])
                Forget(i);
        return [.. present];
    }

    /// <summary>Whether all bytes are there and are what the id says.</summary>
    public bool IsIntact()
    {
        if (!IsComplete || manifest.Id != id)
            return false;
        for (var i = 0; i < present.Length; i++)
            if (Digest.Of(Chunk(i)) != manifest.Chunks[i])
                return false;
        return true;
    }

    /// <summary>What a crash does to unsynced writes: each chunk is there, is gone or, where writes tear, holds something else.</summary>
    /// <returns>Whether a chunk was torn.</returns>
    public bool Crash(SeededRandom random, bool tear)
    {
        var torn = false;
        for (var i = 0; i < present.Length; i++)
        {
            if (!present[i])
                continue;
            var fate = random.Next(3);
            if (fate == 0)
            {
                Forget(i);
            }
            else if (fate == 1 && tear)
            {
                content[(i * manifest.ChunkBytes) + random.Next(manifest.LengthOf(i))] ^= 0xFF;
                torn = true;
            }
        }

        return torn;
    }

    public SimulatedBlob Copy()
    {
        var copy = new SimulatedBlob(id, manifest);
        for (var i = 0; i < present.Length; i++)
            if (present[i])
                copy.Write(i, Chunk(i));
        copy.Synced = Synced;
        return copy;
    }

    private void Forget(int chunk)
    {
        present[chunk] = false;
        missing++;
    }
}
