using Starling.Core.Ledger;

namespace Starling.Ledgers;

/// <summary>What a backend answers to an append.</summary>
/// <param name="Outcome">What is known of the entries.</param>
/// <param name="Trouble">Why they were not appended, in a sentence with what to do; null if they were.</param>
public sealed record AppendAnswer(AppendOutcome Outcome, string? Trouble = null);
