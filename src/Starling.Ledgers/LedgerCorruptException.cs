using Starling.Core.Identity;
using Starling.Core.Ledger;

namespace Starling.Ledgers;

/// <summary>What the backend stores is not what a ledger stores.</summary>
public sealed class LedgerCorruptException(string message, ContractId contract, long? height, LedgerFault fault, Exception? inner = null)
    : LedgerException(message, inner)
{
    /// <summary>What is wrong there.</summary>
    public LedgerFault Fault { get; } = fault;

    /// <summary>The contract that was read.</summary>
    public ContractId Contract { get; } = contract;

    /// <summary>The height of the first entry that is wrong, or null if the store as a whole is.</summary>
    public long? Height { get; } = height;
}
