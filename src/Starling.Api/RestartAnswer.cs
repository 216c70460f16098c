namespace Starling.Api;

/// <summary>What <c>POST /v1/contracts/{id}/restart</c> answers.</summary>
/// <param name="Entry">The bytes of the ledger entry. Who is to sign them reads them first: they say in whose name, for which contract, and what.</param>
/// <param name="Epoch">The contract's epoch before it; the restart has happened once the contract is in a later one.</param>
/// <param name="Appended">Whether it was signed and is in the ledger.</param>
public sealed record RestartAnswer(byte[] Entry, long Epoch, bool Appended);
