namespace Starling.Cli.Commands.Nodes;

/// <summary>What <c>starling wait-for --json</c> prints.</summary>
/// <param name="Address">Where connections are accepted.</param>
/// <param name="Attempts">How many tries it took.</param>
internal sealed record WaitForReport(string Address, int Attempts);
