namespace Starling.Api.Contracts;

/// <summary>What became of an entry that was appended.</summary>
/// <param name="Contract">Its contract.</param>
/// <param name="Entry">Its id, in hexadecimal.</param>
/// <param name="Height">Where it stands in the ledger.</param>
/// <param name="Refusal">Why the contract's rules refuse it, as <c>RunnerBusy</c>; null if they accept it. What was checked before it was
/// appended may have changed meanwhile.</param>
/// <param name="Detail">The same in a sentence; null if it is accepted.</param>
/// <param name="Existed">Whether it is an entry 0 that stood in the ledger before: nothing was appended.</param>
public sealed record EntryAnswer(string Contract, string Entry, long Height, string? Refusal, string? Detail, bool Existed);
