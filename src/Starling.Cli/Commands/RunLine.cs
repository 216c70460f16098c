using Starling.Cli.Runs;

namespace Starling.Cli.Commands;

/// <summary>A run as <c>starling runs list --json</c> and <c>starling runs compare --json</c> print it.</summary>
/// <param name="Run">Its name.</param>
/// <param name="State"><c>finished</c>, <c>running</c>, <c>stopped</c> or <c>unfounded</c>.</param>
/// <param name="Created">When it was set up; absent if it never was.</param>
/// <param name="Summary">How it ended; absent if it has not.</param>
internal sealed record RunLine(string Run, string State, DateTimeOffset? Created, RunSummary? Summary);
