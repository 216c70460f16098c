namespace Starling.Cli.Commands;

/// <summary>An entry as <c>starling ledger log --json</c> prints it.</summary>
/// <param name="Height">Where it stands, from 0.</param>
/// <param name="Entry">Its id.</param>
/// <param name="Author">Who signed it.</param>
/// <param name="Sequence">The author's own count.</param>
/// <param name="Kind">What it is, as <c>Ready</c>.</param>
/// <param name="Detail">What it says, in a few words.</param>
/// <param name="Refusal">Why the fold refuses it; absent if it does not.</param>
internal sealed record LedgerLine(long Height, string Entry, string Author, long Sequence, string Kind, string Detail, string? Refusal);
