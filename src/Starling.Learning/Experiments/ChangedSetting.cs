namespace Starling.Learning.Experiments;

/// <summary>A setting that is another one after a change.</summary>
/// <param name="Setting">Such as <c>training.minPeers</c>.</param>
/// <param name="Before">What it was, as a file would have it; null if there was none.</param>
/// <param name="After">What it is to be; null if there is none any more.</param>
public sealed record ChangedSetting(string Setting, string? Before, string? After);
