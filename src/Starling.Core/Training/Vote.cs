namespace Starling.Core.Training;

/// <summary>A member's vote in a term.</summary>
/// <param name="Full">What it found in a full audit; null if it sampled, or only holds the merge.</param>
public sealed record Vote(MergeClaim? Full)
{
    /// <summary>The vote of one who sampled, or with auditing off of one who holds the merge.</summary>
    public static Vote Sampled { get; } = new((MergeClaim?)null);
}
