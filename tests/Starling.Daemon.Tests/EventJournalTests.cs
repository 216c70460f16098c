using Microsoft.Extensions.Logging.Abstractions;
using Starling.Api.Events;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Daemon.Events;
using Starling.Node.Events;

namespace Starling.Daemon.Tests;

public sealed class EventJournalTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("starling-events-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task What_a_full_disk_refuses_is_left_out_whole_and_stops_nothing()
    {
        var path = Path.Combine(folder, EventFile.Name);
        var disk = new SmallDisk(path, room: 250);
        var events = new EventStream(TimeProvider.System, 0);
        var journal = new EventJournal(disk, path, NullLogger.Instance, 0);
        journal.Follow(events);
        for (var i = 0; i < 5; i++)
            events.Publish(new Trouble(ContractId.Parse("one"), "something is in the way"));
        await disk.Refused.WaitAsync(TestContext.Current.CancellationToken);
        disk.Room = long.MaxValue;
        events.Publish(new Trouble(ContractId.Parse("one"), "the last word"));
        events.End();
        await journal.DisposeAsync();

        Assert.EndsWith("\n", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var told = EventFile.Read(path).OfType<TroubleEvent>().ToList();
        Assert.Equal("the last word", told[^1].What);
        Assert.Equal(File.ReadAllLines(path).Length, told.Count);
        Assert.InRange(told.Count, 2, 5);
    }

    /// <summary>A file that takes a part of what goes beyond the room there is, and refuses the rest.</summary>
    private sealed class SmallDisk(string path, long room)
        : FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0)
    {
        private readonly TaskCompletionSource refused = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public long Room { get; set; } = room;

        public Task Refused => refused.Task;

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var fits = (int)Math.Clamp(Room - Position, 0, buffer.Length);
            await base.WriteAsync(buffer[..fits], cancellationToken);
            if (fits == buffer.Length)
                return;
            refused.TrySetResult();
            throw new IOException("No space left on device");
        }
    }
}
