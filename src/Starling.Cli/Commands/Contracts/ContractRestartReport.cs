namespace Starling.Cli.Commands.Contracts;

/// <summary>What <c>starling contract restart --json</c> prints.</summary>
/// <param name="Contract">The contract.</param>
/// <param name="Round">The round that opened again.</param>
/// <param name="Epoch">The contract's epoch from now on.</param>
/// <param name="Node">The node that was asked.</param>
internal sealed record ContractRestartReport(string Contract, long Round, long Epoch, string Node);
