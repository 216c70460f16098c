using Starling.Core.Canonical;
using Starling.Core.Identity;
using Starling.Core.Ledger;

namespace Starling.Ledgers;

/// <summary>An entry as backends store it.</summary>
internal static class StoredEntry
{
    /// <summary>Reads one.</summary>
    /// <param name="contract">The contract that it must be of.</param>
    /// <param name="bytes">What is stored; it remains a part of the entry.</param>
    /// <param name="wrong">What is wrong with it, and why.</param>
    /// <returns>Null if it is none of that contract.</returns>
    public static SignedEntry? Decode(ContractId contract, byte[] bytes, out (LedgerFault Fault, Exception? Cause) wrong)
    {
        wrong = (LedgerFault.ForeignContract, null);
        try
        {
            var entry = SignedEntry.Decode(bytes);
            return entry.Body.Contract == contract ? entry : null;
        }
        catch (CanonicalFormatException e)
        {
            wrong = (LedgerFault.Undecodable, e);
            return null;
        }
    }
}
