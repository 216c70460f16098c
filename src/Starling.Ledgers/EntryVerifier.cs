using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Core.Ledger;

namespace Starling.Ledgers;

/// <summary>
/// Gives the verdict on the signatures of entries: what every backend does with what it read. It keeps the authors' keys imported,
/// and remembers its latest verdicts, since a reader asks for the last entry that it knows again each time. Both are bounded. May
/// be used by several threads.
/// </summary>
/// <param name="maxKeys">How many imported keys it holds at most, 1 or more.</param>
public sealed class EntryVerifier(int maxKeys = EntryVerifier.DefaultMaxKeys) : IDisposable
{
    /// <summary>How many imported keys are held unless told otherwise: a contract's authors, a few times over.</summary>
    public const int DefaultMaxKeys = 1024;

    // A verification takes about 100 microseconds; below this many, handing them to other threads gains nothing.
    private const int FewEntries = 8;
    private const int MaxVerdicts = 256;

    private readonly Lock gate = new();
    private readonly Dictionary<PublicKey, Stack<EntryKey>> idle = [];
    private readonly Dictionary<Digest, bool> verdicts = [];
    private readonly Queue<Digest> remembered = new();
    private int held;
    private long imported, verified;

    /// <summary>How many imported keys wait for an entry of theirs.</summary>
    public int HeldKeys
    {
        get
        {
            lock (gate)
                return held;
        }
    }

    /// <summary>How often a key was imported.</summary>
    public long Imported => Interlocked.Read(ref imported);

    /// <summary>How many signatures were verified; those whose verdict was remembered do not count.</summary>
    public long Verified => Interlocked.Read(ref verified);

    /// <summary>Verifies each entry's signature under its own key, on several threads when there are many.</summary>
    public ImmutableArray<VerifiedEntry> Verify(IReadOnlyList<SignedEntry> entries)
    {
        var judged = new VerifiedEntry[entries.Count];
        if (entries.Count < FewEntries)
            for (var i = 0; i < judged.Length; i++)
                judged[i] = Verify(entries[i]);
        else
            Parallel.For(0, judged.Length, i => judged[i] = Verify(entries[i]));
        return ImmutableArray.Create(judged);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
            Clear();
    }

    // The stored bytes, not the entry's id: the same body may come under another key or signature.
    private VerifiedEntry Verify(SignedEntry entry)
    {
        var stored = entry.StoredDigest;
        lock (gate)
            if (verdicts.TryGetValue(stored, out var known))
                return new VerifiedEntry(entry, known);
        var verdict = IsValid(entry);
        lock (gate)
            Remember(stored, verdict);
        return new VerifiedEntry(entry, verdict);
    }

    private bool IsValid(SignedEntry entry)
    {
        Interlocked.Increment(ref verified);
        if (Take(entry.Key) is not { } key)
            return false;
        var verdict = key.Verify(entry.BodyBytes, entry.Signature);
        GiveBack(entry.Key, key);
        return verdict;
    }

    private EntryKey? Take(PublicKey key)
    {
        lock (gate)
            if (idle.TryGetValue(key, out var waiting) && waiting.TryPop(out var found))
            {
                held--;
                return found;
            }

        Interlocked.Increment(ref imported);
        return EntryKey.TryImport(key);
    }

    // Anyone may append under keys that he makes up, so no order of them tells which will be wanted again. When there are too many, all go.
    private void GiveBack(PublicKey key, EntryKey used)
    {
        lock (gate)
        {
            if (held >= maxKeys)
                Clear();
            if (!idle.TryGetValue(key, out var waiting))
                idle.Add(key, waiting = new Stack<EntryKey>());
            waiting.Push(used);
            held++;
        }
    }

    private void Clear()
    {
        foreach (var key in idle.Values.SelectMany(waiting => waiting))
            key.Dispose();
        idle.Clear();
        held = 0;
    }

    private void Remember(Digest stored, bool verdict)
    {
        if (!verdicts.TryAdd(stored, verdict))
            return;
        remembered.Enqueue(stored);
        if (remembered.Count > MaxVerdicts)
            verdicts.Remove(remembered.Dequeue());
    }
}
