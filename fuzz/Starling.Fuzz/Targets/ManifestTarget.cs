using Starling.Core.Blobs;
using Starling.Core.Canonical;
using Starling.Core.Identity;

namespace Starling.Fuzz.Targets;

/// <summary>
/// A blob's manifest, as a peer answers it: its bytes hash to the id that was asked for, for who made up the bytes also made up the id.
/// </summary>
internal sealed class ManifestTarget : IFuzzTarget
{
    private const int ChunkBytes = 1024;

    public string Name => "manifest";

    public LengthForm Lengths => LengthForm.BigEndian32;

    public IReadOnlyList<string> Parsers { get; } = ["Starling.Core.Blobs.BlobManifest::Decode"];

    public IReadOnlyList<byte[]> Words { get; } = [[0, 0, 4, 0], [0, 0, 0, 0], [0, 4, 0, 0], new byte[Digest.Size]];

    public IEnumerable<byte[]> Seeds() =>
        new[] { 1, ChunkBytes, ChunkBytes + 1, 10 * ChunkBytes }.Select(length => BlobManifest.Of(new byte[length], ChunkBytes).Encode());

    public bool Parse(byte[] input)
    {
        try
        {
            BlobManifest.Decode(input, new BlobId(Digest.Of(input)), ChunkBytes);
            return true;
        }
        catch (CanonicalFormatException)
        {
            return false;
        }
    }

    public void Confirm(byte[] input)
    {
        if (!BlobManifest.Decode(input, new BlobId(Digest.Of(input)), ChunkBytes).Encode().AsSpan().SequenceEqual(input))
            throw new PropertyException("A manifest is written otherwise than it was read.");
    }
}
