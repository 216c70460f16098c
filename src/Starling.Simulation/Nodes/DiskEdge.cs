using Starling.Core.Kernel;
using Starling.Simulation.Faults;

namespace Starling.Simulation.Nodes;

/// <summary>Writes to a node's disk. What is written becomes durable only when the sync is done.</summary>
internal sealed class DiskEdge(SimulatedProcess process, LedgerEdge ledger, SeededRandom random)
{
    private TimeSpan journalFree;

    public void Carry(Effect effect)
    {
        var disk = process.Node.Disk;
        switch (effect)
        {
            case SaveRecord save:
                disk.Write(save.Id, save.Record);
                SaveInTurn(save);
                break;
            case SaveBlob save:
                Save(save);
                break;
            case MirrorEntries entries:
                disk.Keep(entries);
                process.Later(random.Between(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(500)), disk.SyncMirrors);
                break;
            case OpenBlob open:
                var blob = disk.Blob(open.Blob);
                process.Complete(Delay(2), new BlobOpened(open.Id, blob?.Manifest, blob?.Inspect() ?? []));
                break;
            case Release release:
                disk.Remove(release.Blob);
                break;
        }
    }

    // A journal is one file: its records are synced in the order in which they were written.
    private void SaveInTurn(SaveRecord save)
    {
        var now = process.World.Heap.Now;
        journalFree = (journalFree > now ? journalFree : now) + Delay(5);
        var refused = Refuses();
        if (process.World.Hooks.SaveLate)
            process.Later(TimeSpan.Zero, () => Done(save.Id));
        process.Later(journalFree - now, () =>
        {
            if (refused)
            {
                process.Node.Disk.Refuse(save.Id);
                process.Complete(new SaveFailed(save.Id, "the disk refuses"));
                return;
            }

            if (process.Node.Liar?.Tells(LieKind.NoSync) != true)
                process.Node.Disk.SyncJournal(save.Id);
            Done(save.Id);
        });
    }

    private void Save(SaveBlob save)
    {
        var refused = Refuses();
        process.Later(Delay(20), () =>
        {
            var blob = process.Node.Disk.Blob(save.Blob);
            var pretends = process.Node.Liar?.Tells(LieKind.NoSync) == true || process.Node.Liar?.Announced(save.Blob) == true;
            if (refused || (blob is not { IsComplete: true } && !pretends))
            {
                process.Complete(new SaveFailed(save.Id, refused ? "the disk refuses" : "the blob is not complete"));
                return;
            }

            if (!pretends && !process.World.Hooks.PretendToSync)
                blob!.Sync();
            Done(save.Id);
        });
    }

    private void Done(OperationId save)
    {
        ledger.IsDurable(save);
        process.Complete(new Saved(save));
    }

    private bool Refuses()
    {
        var refuses = random.Chance(process.World.Faults.SaveFailure);
        if (refuses)
            process.World.Counts.Add("refused save");
        return refuses;
    }

    private TimeSpan Delay(int milliseconds) =>
        random.Between(TimeSpan.FromMilliseconds(0.1), TimeSpan.FromMilliseconds(milliseconds)) * process.Node.Slowness;
}
