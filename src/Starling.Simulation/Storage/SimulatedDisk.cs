using System.Collections.Immutable;
using Starling.Core.Blobs;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;

namespace Starling.Simulation.Storage;

/// <summary>
/// A node's disk. What is written lies in the operating system's cache until it is synced; a crash keeps the synced part and some of the
/// rest. Holds no time: the edge says when a write is done.
/// </summary>
internal sealed class SimulatedDisk
{
    private readonly SortedDictionary<string, ImmutableArray<byte>> journal = new(StringComparer.Ordinal);
    private readonly List<(OperationId Operation, JournalRecord Record)> unsynced = [];
    private readonly SortedDictionary<BlobId, SimulatedBlob> blobs = [];
    private readonly SortedDictionary<ContractId, Mirror> mirrors = [];

    /// <summary>How often the whole disk was lost or went back in time. A promise made before is void.</summary>
    public int Losses { get; private set; }

    public int JournalRecords => journal.Count;

    public long JournalBytes => journal.Sum(record => record.Key.Length + (long)record.Value.Length);

    public int BlobCount => blobs.Count;

    /// <summary>What survives a crash of the journal, sorted by key.</summary>
    public IEnumerable<JournalRecord> Journal => journal.Select(record => new JournalRecord(record.Key, record.Value));

    /// <summary>The blobs, finished or not, sorted by id.</summary>
    public IEnumerable<SimulatedBlob> Blobs => blobs.Values;

    /// <summary>What a starting node is told.</summary>
    public Started Start() => new(
        [.. Journal],
        [.. blobs.Values.Where(blob => blob.Synced && blob.IsComplete).Select(blob => blob.Id)],
        [.. mirrors.Select(mirror => new MirroredContract(mirror.Key, [.. mirror.Value.Entries]))]);

    /// <summary>A record is on its way to the disk.</summary>
    public void Write(OperationId operation, JournalRecord record) => unsynced.Add((operation, record));

    /// <summary>The journal is synced up to this record.</summary>
    public void SyncJournal(OperationId operation)
    {
        var end = unsynced.FindIndex(write => write.Operation == operation) + 1;
        Apply(end);
        unsynced.RemoveRange(0, end);
    }

    /// <summary>The disk refuses this record.</summary>
    public void Refuse(OperationId operation) => unsynced.RemoveAll(write => write.Operation == operation);

    public SimulatedBlob? Blob(BlobId id) => blobs.GetValueOrDefault(id);

    /// <summary>Whether a blob is whole and would survive a crash.</summary>
    public bool Holds(BlobId id) => blobs.TryGetValue(id, out var blob) && blob.Synced && blob.IsIntact();

    /// <summary>Begins a blob, or goes on with it.</summary>
    public SimulatedBlob Open(BlobId id, BlobManifest manifest)
    {
        if (!blobs.TryGetValue(id, out var blob))
            blobs.Add(id, blob = new SimulatedBlob(id, manifest));
        return blob;
    }

    /// <summary>Puts whole bytes there, unsynced.</summary>
    public BlobId Put(ReadOnlySpan<byte> bytes, int chunkBytes)
    {
        var manifest = BlobManifest.Of(bytes, chunkBytes);
        var blob = Open(manifest.Id, manifest);
        for (var i = 0; i < manifest.Chunks.Length; i++)
            blob.Write(i, bytes.Slice(i * chunkBytes, manifest.LengthOf(i)));
        return manifest.Id;
    }

    public void Remove(BlobId id) => blobs.Remove(id);

    /// <summary>Keeps entries from a height on, unsynced.</summary>
    public void Keep(MirrorEntries entries)
    {
        if (!mirrors.TryGetValue(entries.Contract, out var mirror))
            mirrors.Add(entries.Contract, mirror = new Mirror());
        mirror.Replace((int)entries.From, entries.Entries);
    }

    /// <summary>Syncs what was mirrored.</summary>
    public void SyncMirrors()
    {
        foreach (var mirror in mirrors.Values)
            mirror.Synced = mirror.Entries.Count;
    }

    /// <summary>
    /// The power goes. A journal is written in order, so what survives of it is a prefix; blobs and mirror lose what they lose.
    /// </summary>
    /// <returns>Whether a write was torn.</returns>
    public bool Crash(SeededRandom random, bool tear)
    {
        var torn = false;
        Apply(random.Next(unsynced.Count + 1));
        unsynced.Clear();
        foreach (var blob in blobs.Values.Where(blob => !blob.Synced).ToList())
            if (random.Chance(0.25))
                blobs.Remove(blob.Id);
            else
                torn |= blob.Crash(random, tear);
        foreach (var mirror in mirrors.Values)
            mirror.Truncate(mirror.Synced + random.Next(mirror.Entries.Count - mirror.Synced + 1));
        return torn;
    }

    /// <summary>The whole disk is gone.</summary>
    public void Lose()
    {
        Losses++;
        Clear();
    }

    /// <summary>A copy of what is synced, for a later <see cref="Restore"/>.</summary>
    public SimulatedDisk Snapshot()
    {
        var copy = new SimulatedDisk();
        copy.CopySynced(this);
        return copy;
    }

    /// <summary>The disk is as it was then.</summary>
    public void Restore(SimulatedDisk snapshot)
    {
        Losses++;
        Clear();
        CopySynced(snapshot);
    }

    private void CopySynced(SimulatedDisk source)
    {
        foreach (var record in source.journal)
            journal.Add(record.Key, record.Value);
        foreach (var blob in source.blobs.Values.Where(blob => blob.Synced))
            blobs.Add(blob.Id, blob.Copy());
        foreach (var mirror in source.mirrors)
            mirrors.Add(mirror.Key, mirror.Value.Copy());
    }

    private void Clear()
    {
        journal.Clear();
        unsynced.Clear();
        blobs.Clear();
        mirrors.Clear();
    }

    private void Apply(int records)
    {
        for (var i = 0; i < records; i++)
            if (unsynced[i].Record.Value.IsEmpty)
                journal.Remove(unsynced[i].Record.Key);
            else
                journal[unsynced[i].Record.Key] = unsynced[i].Record.Value;
    }

    private sealed class Mirror
    {
        public List<VerifiedEntry> Entries { get; private init; } = [];

        public int Synced { get; set; }

        public void Replace(int from, ImmutableArray<VerifiedEntry> entries)
        {
            if (from > Entries.Count)
                throw new InvalidOperationException($"The mirror has {Entries.Count} entries; those from {from} on would leave a gap.");
            Truncate(from);
            Entries.AddRange(entries);
        }

        public void Truncate(int count)
        {
            Entries.RemoveRange(count, Entries.Count - count);
            Synced = Math.Min(Synced, count);
        }

        public Mirror Copy() => new() { Entries = Entries.GetRange(0, Synced), Synced = Synced };
    }
}
