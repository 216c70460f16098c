namespace Starling.Daemon.Configuration;

/// <summary>The ledger's backend.</summary>
/// <param name="Kind">Which backend.</param>
/// <param name="Path">Of the embedded ledger, its file.</param>
public sealed record LedgerConfiguration(LedgerKind Kind, string Path);
