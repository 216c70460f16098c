using System.Collections.Immutable;
using Starling.Core.Canonical;
using Starling.Core.Identity;

namespace Starling.Core.Training.Participation.Gossip;

/// <summary>What a node says to its neighbours: which update of its own it holds and serves.</summary>
/// <param name="Round">The latest round, counted by its own clock, that the update may enter: the one that it was trained in, or the last
/// if none will follow.</param>
/// <param name="Update">The update.</param>
/// <param name="Bytes">Its length in bytes.</param>
/// <param name="Weight">How much its author's data counts, 1 to 1,000,000.</param>
internal sealed record Announcement(long Round, BlobId Update, long Bytes, long Weight)
{
    private const long MostWeight = 1_000_000;

    /// <summary>The canonical bytes.</summary>
    public ImmutableArray<byte> Encode() => [.. new CanonicalWriter().Int64(Round).Blob(Update).Int64(Bytes).Int64(Weight).Written];

    /// <summary>Reads what anyone may have sent; null if it is malformed or out of bounds.</summary>
    public static Announcement? Decode(ImmutableArray<byte> payload, TrainingSettings? settings)
    {
        try
        {
            var r = new CanonicalReader(payload.AsSpan());
            var read = new Announcement(r.Int64(), r.Blob(), r.Int64(), r.Int64());
            r.End();
            return read.Round >= 1 && read.Round <= (settings?.Rounds ?? long.MaxValue) && !read.Update.IsNone
                && read.Weight is >= 1 and <= MostWeight
                && read.Bytes >= 1 && read.Bytes <= (settings?.MaxModelBytes ?? long.MaxValue) ? read : null;
        }
        catch (CanonicalFormatException)
        {
            return null;
        }
    }
}
