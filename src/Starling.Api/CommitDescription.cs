namespace Starling.Api;

/// <summary>A committed round.</summary>
/// <param name="Round">The round.</param>
/// <param name="Merge">The merge's blob id, in hexadecimal.</param>
/// <param name="Contributors">Whose updates are in it, sorted.</param>
/// <param name="Named">Who voted for another merge, sorted.</param>
public sealed record CommitDescription(long Round, string Merge, IReadOnlyList<string> Contributors, IReadOnlyList<string> Named);
