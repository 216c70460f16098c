namespace Starling.Core.Ledger;

/// <summary>The first thing that is wrong with a stored history.</summary>
/// <param name="Height">The height of the entry.</param>
/// <param name="Fault">What is wrong.</param>
/// <param name="Detail">The same in a sentence.</param>
public sealed record LedgerFinding(long Height, LedgerFault Fault, string Detail);
