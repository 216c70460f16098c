using Starling.Core.Identity;
using Starling.Core.Ledger;

namespace Starling.Ledgers;

/// <summary>Verifies what a backend stores of a contract, from its first entry to its last.</summary>
public static class LedgerReplay
{
    /// <summary>Reads the whole contract and replays it.</summary>
    /// <param name="ledger">The backend.</param>
    /// <param name="contract">The contract.</param>
    /// <param name="founding">The id that entry 0 must have, or null to believe the one that is there.</param>
    /// <param name="certifier">Checks the certificates of enrolments.</param>
    /// <param name="witness">What somebody saw before, or null.</param>
    /// <param name="cancellation">Stops reading.</param>
    /// <exception cref="LedgerUnavailableException">The backend does not answer; try again.</exception>
    /// <exception cref="LedgerCorruptException">The store as a whole is damaged, so that no entry can be named.</exception>
    public static async Task<LedgerVerdict> VerifyAsync(
        ILedger ledger, ContractId contract, EntryId? founding, ICertifier certifier, LedgerWitness? witness,
        CancellationToken cancellation)
    {
        var verifier = new LedgerVerifier(contract, founding, certifier, witness);
        long height = 0;
        var limit = LedgerPage.MaxEntries;
        while (true)
        {
            LedgerPage page;
            try
            {
                page = await ledger.ReadAsync(contract, height, limit, cancellation).ConfigureAwait(false);
            }
            catch (LedgerCorruptException e) when (e.Height == height)
            {
                verifier.Note(e.Fault, e.Message);
                return verifier.Finish();
            }
            catch (LedgerCorruptException e) when (e.Height > height)
            {
                limit = (int)Math.Min(LedgerPage.MaxEntries, e.Height.Value - height);
                continue;
            }

            foreach (var entry in page.Entries)
                if (!verifier.Take(height++, entry.Entry.Encode()))
                    return verifier.Finish();
            if (page.Entries.IsEmpty)
                return verifier.Finish();
        }
    }
}
