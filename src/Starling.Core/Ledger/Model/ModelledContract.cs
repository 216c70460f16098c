using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Core.Ledger.Model;

/// <summary>One contract's entries in the model: those that are final, and after them those that a reorganisation may still move.</summary>
internal sealed class ModelledContract
{
    private readonly List<VerifiedEntry> final = [];
    private readonly List<Instant> finalSince = [];
    private readonly List<(VerifiedEntry Entry, Digest Stored, Instant FinalAt)> tail = [];
    private readonly SortedSet<Digest> known = [];

    /// <summary>The entries that everyone reads.</summary>
    public IReadOnlyList<VerifiedEntry> Final => final;

    /// <summary>When the next entry becomes final.</summary>
    public Instant NextFinal => tail.Count == 0 ? Instant.Never : tail[0].FinalAt;

    /// <summary>Puts an entry at the end, unless the same bytes are there.</summary>
    public void Append(SignedEntry entry, Func<SignedEntry, bool> verify, Instant finalAt)
    {
        var stored = entry.StoredDigest;
        if (!known.Add(stored))
            return;
        // Entries become final in order, even if the delay was made shorter meanwhile.
        if (tail.Count > 0 && finalAt < tail[^1].FinalAt)
            finalAt = tail[^1].FinalAt;
        tail.Add((new VerifiedEntry(entry, verify(entry)), stored, finalAt));
    }

    /// <summary>Mixes the entries that are not final, and loses some.</summary>
    public void Reorganise(SeededRandom random, double vanishing)
    {
        var times = tail.ConvertAll(t => t.FinalAt);
        random.Shuffle(CollectionsMarshal.AsSpan(tail));
        for (var i = 0; i < tail.Count; i++)
            tail[i] = tail[i] with { FinalAt = times[i] };
        for (var i = tail.Count - 1; i >= 0; i--)
        {
            if (!random.Chance(vanishing))
                continue;
            known.Remove(tail[i].Stored);
            tail.RemoveAt(i);
        }
    }

    /// <summary>Makes final what is due. Tells whether anything was.</summary>
    public bool Finalise(Instant now)
    {
        var due = 0;
        for (; due < tail.Count && tail[due].FinalAt <= now; due++)
        {
            final.Add(tail[due].Entry);
            finalSince.Add(tail[due].FinalAt);
        }

        tail.RemoveRange(0, due);
        return due > 0;
    }

    /// <summary>How many entries were final at a moment.</summary>
    public int HeightAt(Instant at)
    {
        var height = final.Count;
        while (height > 0 && finalSince[height - 1] > at)
            height--;
        return height;
    }

    /// <summary>The entries from a height on, below another one, within a page's bounds.</summary>
    public ImmutableArray<VerifiedEntry> Slice(long from, int below, int limit)
    {
        if (from >= below)
            return [];
        var page = ImmutableArray.CreateBuilder<VerifiedEntry>();
        long bytes = 0;
        for (var i = (int)from; i < below && page.Count < limit; i++)
        {
            bytes += final[i].Entry.BodyBytes.Length;
            if (page.Count > 0 && bytes > LedgerPage.MaxBytes)
                break;
            page.Add(final[i]);
        }

        return page.ToImmutable();
    }
}
