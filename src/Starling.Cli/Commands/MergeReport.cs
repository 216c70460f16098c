namespace Starling.Cli.Commands;

/// <summary>What <c>starling merge --json</c> prints.</summary>
/// <param name="Rule">The merge rule.</param>
/// <param name="Models">How many models were merged.</param>
/// <param name="Parameters">Elements in all tensors.</param>
/// <param name="Model">The file, as a full path.</param>
/// <param name="Merged">Its blob id.</param>
internal sealed record MergeReport(string Rule, int Models, long Parameters, string Model, string Merged);
