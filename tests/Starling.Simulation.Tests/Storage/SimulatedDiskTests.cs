using Starling.Core.Kernel;
using Starling.Simulation.Storage;

namespace Starling.Simulation.Tests.Storage;

public sealed class SimulatedDiskTests
{
    private static readonly byte[] Bytes = [.. Enumerable.Range(0, 200).Select(i => (byte)i)];

    [Fact]
    public void ACrashKeepsWhatIsSyncedAndAPrefixOfTheJournal()
    {
        for (var seed = 0UL; seed < 50; seed++)
        {
            var disk = new SimulatedDisk();
            for (var i = 1; i <= 5; i++)
                disk.Write(new OperationId(i), new JournalRecord($"key {i}", [(byte)i]));
            disk.SyncJournal(new OperationId(2));
            var blob = disk.Put(Bytes, 64);
            disk.Blob(blob)!.Sync();
            disk.Crash(new SeededRandom(seed), tear: true);
            Assert.InRange(disk.JournalRecords, 2, 5);
            Assert.Equal(Enumerable.Range(1, disk.JournalRecords).Select(i => $"key {i}"), disk.Journal.Select(record => record.Key));
            Assert.True(disk.Holds(blob));
        }
    }

    [Fact]
    public void UnsyncedChunksAreKeptLostOrTornAndInspectionFindsTheTornOnes()
    {
        var (kept, lost, torn) = (0, 0, 0);
        for (var seed = 0UL; seed < 100; seed++)
        {
            var disk = new SimulatedDisk();
            var id = disk.Put(Bytes, 64);
            var wasTorn = disk.Crash(new SeededRandom(seed), tear: true);
            if (disk.Blob(id) is not { } blob)
            {
                lost++;
                continue;
            }

            torn += wasTorn ? 1 : 0;
            var chunks = blob.Inspect();
            kept += chunks.Count(there => there);
            Assert.Equal(chunks, chunks.Select((_, i) => blob.Has(i)));
            Assert.False(wasTorn && blob.IsComplete);
            Assert.False(disk.Holds(id));
        }

        Assert.True(kept > 0 && lost > 0 && torn > 0);
    }

    [Fact]
    public void AnOldCopyBringsTheDiskBackToWhatWasSyncedThen()
    {
        var disk = new SimulatedDisk();
        disk.Write(new OperationId(1), new JournalRecord("old", [1]));
        disk.SyncJournal(new OperationId(1));
        var snapshot = disk.Snapshot();
        disk.Write(new OperationId(2), new JournalRecord("new", [2]));
        disk.SyncJournal(new OperationId(2));
        disk.Restore(snapshot);
        Assert.Equal(["old"], disk.Journal.Select(record => record.Key));
        Assert.Equal(1, disk.Losses);
    }
}
