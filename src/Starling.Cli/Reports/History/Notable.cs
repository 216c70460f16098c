namespace Starling.Cli.Reports.History;

/// <summary>Something out of the ordinary.</summary>
/// <param name="At">When.</param>
/// <param name="Round">In which round; null if that is not known.</param>
/// <param name="Kind">What, in a word or two.</param>
/// <param name="What">The same in a sentence.</param>
internal sealed record Notable(DateTimeOffset At, long? Round, string Kind, string What);
