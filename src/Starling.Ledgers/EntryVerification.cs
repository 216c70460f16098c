using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Core.Ledger;

namespace Starling.Ledgers;

/// <summary>Gives the verdict on the signatures of many entries: what every backend does with what it read.</summary>
public static class EntryVerification
{
    // A verification takes about 100 microseconds; below this many, handing them to other threads gains nothing.
    private const int FewEntries = 8;

    /// <summary>Verifies each entry's signature under its own key, on several threads when there are many.</summary>
    public static ImmutableArray<VerifiedEntry> Verify(IReadOnlyList<SignedEntry> entries)
    {
        var verdicts = new VerifiedEntry[entries.Count];
        if (entries.Count < FewEntries)
            for (var i = 0; i < verdicts.Length; i++)
                verdicts[i] = new VerifiedEntry(entries[i], EntrySignature.Verify(entries[i]));
        else
            Parallel.For(0, verdicts.Length, i => verdicts[i] = new VerifiedEntry(entries[i], EntrySignature.Verify(entries[i])));
        return ImmutableArray.Create(verdicts);
    }
}
