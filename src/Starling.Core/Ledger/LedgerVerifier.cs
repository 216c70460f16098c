using System.Collections.Immutable;
using Starling.Core.Canonical;
using Starling.Core.Contracts;
using Starling.Core.Identity;

namespace Starling.Core.Ledger;

/// <summary>
/// Replays a contract's stored history from its bytes alone, and names the first entry that is wrong. Any changed byte shows: in the
/// body, the key or the signature, because one signature has one form only. Removed, added and moved entries show in the chain that later
/// authors saw; at the very end only a witness can tell.
/// </summary>
public sealed class LedgerVerifier
{
    private readonly ICertifier certifier;
    private readonly LedgerWitness? witness;
    private readonly SortedDictionary<Refusal, long> refused = [];
    private readonly ContractId contract;
    private readonly EntryId? founding;
    private ContractState state;
    private LedgerFinding? finding;
    private (LedgerFinding Finding, ContractState Before)? unfounded;
    private long commits;

    /// <summary>Begins before entry 0.</summary>
    /// <param name="contract">The contract.</param>
    /// <param name="founding">The id that entry 0 must have, or null to believe the one that is there.</param>
    /// <param name="certifier">Checks the certificates of enrolments.</param>
    /// <param name="witness">What somebody saw before, or null.</param>
    public LedgerVerifier(ContractId contract, EntryId? founding, ICertifier certifier, LedgerWitness? witness = null)
    {
        (this.contract, this.founding, this.certifier, this.witness) = (contract, founding, certifier, witness);
        state = ContractFold.Empty(contract, founding ?? default);
    }

    /// <summary>Verifies a whole history, entry 0 first.</summary>
    public static LedgerVerdict Verify(
        ContractId contract, EntryId? founding, ICertifier certifier, IEnumerable<byte[]> stored, LedgerWitness? witness = null)
    {
        var verifier = new LedgerVerifier(contract, founding, certifier, witness);
        long height = 0;
        foreach (var bytes in stored)
            if (!verifier.Take(height++, bytes))
                break;
        return verifier.Finish();
    }

    /// <summary>Looks at the next entry.</summary>
    /// <param name="height">Its height.</param>
    /// <param name="stored">Its bytes, of any length, which must not change afterwards.</param>
    /// <returns>Whether all is well so far. After a fault nothing more is looked at.</returns>
    public bool Take(long height, byte[] stored)
    {
        if (finding is not null)
            return false;
        if (height != state.Height)
            return Fault(LedgerFault.Gap, $"The next entry is that at height {height}.");
        SignedEntry entry;
        try
        {
            entry = SignedEntry.Decode(stored);
        }
        catch (CanonicalFormatException e)
        {
            return Fault(LedgerFault.Undecodable, e.Message);
        }

        if (entry.Body.Contract != contract)
            return Fault(LedgerFault.ForeignContract, $"It belongs to the contract '{entry.Body.Contract}'.");
        if (!EntrySignature.Verify(entry))
            return Fault(LedgerFault.BadSignature, $"It is not signed by {entry.Body.Author}, or was changed afterwards.");
        return Fold(entry) && Witnessed(entry.Id);
    }

    /// <summary>Notes a fault that the store itself found at the next height, where it has no bytes to show.</summary>
    public void Note(LedgerFault fault, string detail)
    {
        if (finding is null)
            Fault(fault, detail);
    }

    /// <summary>Ends the history here.</summary>
    public LedgerVerdict Finish()
    {
        var expected = witness switch
        {
            WitnessedHead head => head.Height,
            WitnessedEntries entries => entries.Ids.Length,
            _ => 0,
        };
        if (!state.IsFounded && unfounded is { } first)
            (finding, state) = first;
        else if (finding is null && state.Height < expected)
            Fault(LedgerFault.Truncated, $"The history ends; the witness saw {expected} entries.");
        else if (finding is null && state.Height == 0)
            Fault(LedgerFault.NotFounded, "There are no entries.");
        return new LedgerVerdict(finding, state, refused.ToImmutableSortedDictionary(), commits);
    }

    private bool Fold(SignedEntry entry)
    {
        if (state.Height == 0 && founding is null)
            state = state with { Founding = entry.Id };
        var before = state;
        var result = ContractFold.Apply(state, new VerifiedEntry(entry, SignatureValid: true), certifier);
        // What comes before the founding says nothing: anyone can append its body under another key while it is on its way.
        if (!before.IsFounded && result.Refusal != Refusal.None)
            unfounded ??= (new LedgerFinding(before.Height, LedgerFault.NotFounded,
                $"It does not found the contract ({result.Refusal}), nor does what follows it."), before);
        else if (result.Refusal == Refusal.WrongKey)
            return Fault(LedgerFault.WrongKey, $"Its key is not that of {entry.Body.Author}.");
        if (before.IsFounded && IsAuthors(result.Refusal) && !EntryRules.HasSeen(before, entry.Body))
            return Fault(LedgerFault.ForeignChain, $"{entry.Body.Author} saw another history up to height {entry.Body.SeenHeight}.");
        state = result.State;
        if (result.Refusal != Refusal.None)
            refused[result.Refusal] = refused.GetValueOrDefault(result.Refusal) + 1;
        commits += result.Commits;
        return true;
    }

    // A stranger may write what it likes; and the same entry under a second signature says nothing new.
    private static bool IsAuthors(Refusal refusal) =>
        refusal is not (Refusal.Duplicate or Refusal.NotMember or Refusal.UntrustedCertificate or Refusal.Deleted);

    private bool Witnessed(EntryId id)
    {
        var at = state.Height - 1;
        var differs = witness switch
        {
            WitnessedEntries entries => at < entries.Ids.Length && entries.Ids[(int)at] != id,
            WitnessedHead head => state.Height == head.Height && state.ChainHash != head.ChainHash,
            _ => false,
        };
        if (!differs)
            return true;
        finding = new LedgerFinding(at, LedgerFault.DiffersFromWitness, witness is WitnessedHead
            ? $"The witness saw another history up to height {at}; which entry differs it cannot tell."
            : "The witness saw another entry here.");
        return false;
    }

    private bool Fault(LedgerFault fault, string detail)
    {
        finding = new LedgerFinding(state.Height, fault, detail);
        return false;
    }
}
