using Starling.Core.Identity;

namespace Starling.Ledgers;

/// <summary>What the backend stores is not what a ledger stores.</summary>
public sealed class LedgerCorruptException(string message, ContractId contract, long? height, Exception? inner = null) : LedgerException(message, inner)
{
    /// <summary>The contract that was read.</summary>
    public ContractId Contract { get; } = contract;

    /// <summary>The height of the first entry that is wrong, or null if the store as a whole is.</summary>
    public long? Height { get; } = height;
}
