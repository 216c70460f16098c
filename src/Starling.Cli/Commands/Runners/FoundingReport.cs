namespace Starling.Cli.Commands.Runners;

/// <summary>What <c>starling runner create --founding-only --json</c> prints.</summary>
/// <param name="Contract">The contract.</param>
/// <param name="Founding">The id that its entry 0 will have, in hexadecimal.</param>
internal sealed record FoundingReport(string Contract, string Founding);
