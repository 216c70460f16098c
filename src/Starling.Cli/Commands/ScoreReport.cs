using Starling.Cli.Runs;

namespace Starling.Cli.Commands;

/// <summary>What <c>starling model eval --json</c> prints.</summary>
/// <param name="Model">The file, as a full path.</param>
/// <param name="Data">The rows.</param>
/// <param name="Score">What the model scored on them.</param>
internal sealed record ScoreReport(string Model, string Data, Score Score);
