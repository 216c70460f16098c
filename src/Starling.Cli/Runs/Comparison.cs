namespace Starling.Cli.Runs;

/// <summary>One measure of the models that a run is about. An absent value is not a finite number.</summary>
/// <param name="Alone">What each node reaches alone, by its name.</param>
/// <param name="AloneMean">The mean over the nodes.</param>
/// <param name="Swarm">What they reach together.</param>
/// <param name="Pooled">What one node with all rows would reach.</param>
internal sealed record Comparison(IReadOnlyDictionary<string, double?> Alone, double? AloneMean, double? Swarm, double? Pooled);
