namespace Starling.Cli.Commands;

/// <summary>What <c>starling ledger verify --json</c> prints.</summary>
/// <param name="Ledger">The file.</param>
/// <param name="Contract">The contract.</param>
/// <param name="Sound">Whether nothing is wrong.</param>
/// <param name="Entries">How many entries are sound.</param>
/// <param name="Commits">How many rounds committed among them.</param>
/// <param name="Chain">The chain hash over them.</param>
/// <param name="Refused">How many the fold refused, by reason: no fault.</param>
/// <param name="BadHeight">Where the first bad entry stands; absent if there is none.</param>
/// <param name="Fault">What is wrong with it, as <c>BadSignature</c>.</param>
/// <param name="Detail">The same in a sentence.</param>
internal sealed record LedgerReport(
    string Ledger, string Contract, bool Sound, long Entries, long Commits, string Chain, IReadOnlyDictionary<string, long> Refused,
    long? BadHeight, string? Fault, string? Detail);
