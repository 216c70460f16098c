using Starling.Core.Blobs;
using Starling.Core.Canonical;
using Starling.Core.Identity;

namespace Starling.Core.Tests.Blobs;

public sealed class BlobManifestTests
{
    // A hash takes 32 bytes: as many as there are bytes cannot follow, and no room is made for them.
    [Fact]
    public void A_manifest_that_claims_more_hashes_than_follow_is_refused_before_room_is_made()
    {
        const int claimed = 200_000;
        var bytes = new CanonicalWriter().Byte(1).Int64(claimed).Int32(1).Bytes(new byte[claimed]).ToArray();
        var id = new BlobId(Digest.Of(bytes));
        AllocatedBytes.AreAtMost(0, bytes.Length, () => Assert.Throws<CanonicalFormatException>(() => BlobManifest.Decode(bytes, id, 1)));
    }

    [Fact]
    public void A_manifest_with_all_its_hashes_is_read()
    {
        var manifest = BlobManifest.Of(new byte[2500], 1000);
        Assert.Equal(manifest.Chunks, BlobManifest.Decode(manifest.Encode(), manifest.Id, 1000).Chunks);
    }
}
