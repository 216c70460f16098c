namespace Starling.Cli.Runs;

/// <summary>What can be reached without merging: <c>baselines.json</c> in a run's folder.</summary>
/// <param name="Alone">Each node over its own rows, by name.</param>
/// <param name="Pooled">One node over all rows; null if it is not known yet.</param>
internal sealed record BaselineResults(IReadOnlyDictionary<string, Score> Alone, Score? Pooled);
