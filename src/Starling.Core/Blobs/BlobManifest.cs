using System.Collections.Immutable;
using Starling.Core.Canonical;
using Starling.Core.Identity;

namespace Starling.Core.Blobs;

/// <summary>
/// The list of a blob's chunk hashes. Its canonical bytes' digest is the blob's id, so a chunk can be verified on its own.
/// </summary>
/// <param name="Length">Bytes in the blob, at least 1.</param>
/// <param name="ChunkBytes">Bytes in every chunk but the last.</param>
/// <param name="Chunks">SHA-256 of each chunk, in order.</param>
public sealed record BlobManifest(long Length, int ChunkBytes, ImmutableArray<Digest> Chunks)
{
    /// <summary>
    /// The chunk size of every node: 1 MiB. Only the simulator uses a smaller one, so that small models too have many chunks.
    /// </summary>
    public const int StandardChunkBytes = 1 << 20;

    /// <summary>The largest blob, in chunks: 256 GiB.</summary>
    public const int MaxChunks = 1 << 18;

    private const byte Version = 1;

    /// <summary>The blob's id.</summary>
    public BlobId Id => new(Digest.Of(Encode()));

    /// <summary>Describes bytes that are in memory.</summary>
    public static BlobManifest Of(ReadOnlySpan<byte> bytes, int chunkBytes = StandardChunkBytes)
    {
        var chunks = ImmutableArray.CreateBuilder<Digest>();
        for (var at = 0; at < bytes.Length; at += chunkBytes)
            chunks.Add(Digest.Of(bytes.Slice(at, Math.Min(chunkBytes, bytes.Length - at))));
        return new BlobManifest(bytes.Length, chunkBytes, chunks.ToImmutable());
    }

    /// <summary>How many bytes a chunk has.</summary>
    public int LengthOf(int chunk) => (int)Math.Min(ChunkBytes, Length - ((long)chunk * ChunkBytes));

    /// <summary>The canonical bytes.</summary>
    public byte[] Encode() => new CanonicalWriter().Byte(Version).Int64(Length).Int32(ChunkBytes)
        .List(Chunks, (writer, chunk) => writer.Digest(chunk)).ToArray();

    /// <summary>Reads canonical bytes that claim to be the manifest of a blob.</summary>
    /// <param name="bytes">At most 40 bytes a chunk.</param>
    /// <param name="expected">The blob's id, which the bytes must hash to.</param>
    /// <param name="chunkBytes">The chunk size that is accepted.</param>
    /// <exception cref="CanonicalFormatException">They are not.</exception>
    public static BlobManifest Decode(ReadOnlySpan<byte> bytes, BlobId expected, int chunkBytes = StandardChunkBytes)
    {
        if (Digest.Of(bytes) != expected.Digest)
            throw new CanonicalFormatException("The manifest does not hash to the blob's id.");
        var reader = new CanonicalReader(bytes);
        if (reader.Byte() != Version)
            throw new CanonicalFormatException("The manifest has an unknown version.");
        var manifest =
            new BlobManifest(reader.Int64(), reader.Int32(), reader.List(MaxChunks, (ref CanonicalReader r) => r.Digest(), Digest.Size));
        reader.End();
        var count = (manifest.Length + chunkBytes - 1) / chunkBytes;
        if (manifest.ChunkBytes != chunkBytes || manifest.Length < 1 || count != manifest.Chunks.Length)
            throw new CanonicalFormatException("The manifest's length does not fit its chunks.");
        return manifest;
    }
}
