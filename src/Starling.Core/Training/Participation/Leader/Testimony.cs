using System.Collections.Immutable;
using Starling.Core.Canonical;

namespace Starling.Core.Training.Participation.Leader;

/// <summary>
/// What a member says to the others while a leader gathers: so much of my update it has taken by now. To those whose updates the leader
/// has, nothing else shows that it lives while a slower member's is on its way.
/// </summary>
/// <param name="Round">The round.</param>
/// <param name="Opening">Its opening.</param>
/// <param name="Term">The leader's term.</param>
/// <param name="Bytes">How many bytes of its update the member has sent to the leader in this term.</param>
internal sealed record Testimony(long Round, long Opening, long Term, long Bytes)
{
    /// <summary>Whether it is about the present term.</summary>
    public bool IsOf(RoundState round) => (Round, Opening, Term) == (round.Round, round.Opening, round.Term);

    /// <summary>The canonical bytes.</summary>
    public ImmutableArray<byte> Encode() => [.. new CanonicalWriter().Int64(Round).Int64(Opening).Int64(Term).Int64(Bytes).Written];

    /// <summary>Reads what anyone may have sent; null if it is malformed.</summary>
    public static Testimony? Decode(ImmutableArray<byte> payload)
    {
        try
        {
            var r = new CanonicalReader(payload.AsSpan());
            var read = new Testimony(r.Int64(), r.Int64(), r.Int64(), r.Int64());
            r.End();
            return read;
        }
        catch (CanonicalFormatException)
        {
            return null;
        }
    }
}
