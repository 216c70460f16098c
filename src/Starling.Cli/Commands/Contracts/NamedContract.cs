namespace Starling.Cli.Commands.Contracts;

/// <summary>A contract that an admin means.</summary>
/// <param name="Contract">Its name on the ledger.</param>
/// <param name="Named">What the admin called it: that name, or a run of this machine.</param>
internal sealed record NamedContract(string Contract, string Named);
