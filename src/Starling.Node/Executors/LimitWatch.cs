namespace Starling.Node.Executors;

/// <summary>Looks at a work four times a second until it ends or breaks a limit.</summary>
/// <param name="order">The work.</param>
/// <param name="launch">How it was started.</param>
/// <param name="first">Its first process.</param>
internal sealed class LimitWatch(WorkOrder order, WorkLaunch launch, int first)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly long began = TimeProvider.System.GetTimestamp();
    private TimeSpan nextDiskLook;
    private bool wasHidden;

    /// <summary>What the work used as of the last look.</summary>
    public ResourceUse Use { get; private set; } = ResourceUse.None;

    /// <summary>Watches.</summary>
    /// <returns>The limit that was broken; null if the work ended or was stopped before.</returns>
    public async Task<WorkEnd?> UntilAsync(Task ended)
    {
        while (!ended.IsCompleted)
        {
            if (Look(everything: false) is { } broken)
                return broken;
            var left = order.Limits.TimeOut - Use.Wall;
            await Task.WhenAny(ended, Task.Delay(left < Interval ? left + TimeSpan.FromMilliseconds(1) : Interval)).ConfigureAwait(false);
        }

        return null;
    }

    /// <summary>Looks once.</summary>
    /// <param name="everything">Also at the disk, even if it was looked at a moment ago.</param>
    public WorkEnd? Look(bool everything)
    {
        var (memory, processor, broken) = launch.Processes.Measure();
        var wall = TimeProvider.System.GetElapsedTime(began);
        var disk = everything || wall >= nextDiskLook ? LookAtDisk(wall) : Use.DiskBytes;
        Use = new ResourceUse(memory, processor, wall, disk);
        return broken ?? (disk > order.Limits.DiskBytes ? WorkEnd.OverDisk : wall > order.Limits.TimeOut ? WorkEnd.TimedOut : null);
    }

    /// <summary>Looks at the disk alone, when nothing writes any more.</summary>
    public bool DiskIsFull()
    {
        Use = Use with { DiskBytes = LookAtDisk(Use.Wall) };
        return Use.DiskBytes > order.Limits.DiskBytes;
    }

    // A large folder takes long to add up: a tenth of the time is enough for it.
    private long LookAtDisk(TimeSpan wall)
    {
        if (!OperatingSystem.IsLinux())
            return 0;
        var bytes = FolderSize.Of(order.Folder, order.Limits.DiskBytes);
        if (bytes <= order.Limits.DiskBytes)
            bytes = WithDeleted(bytes);
        var took = TimeProvider.System.GetElapsedTime(began) - wall;
        nextDiskLook = wall + (took * 10 > Interval ? took * 10 : Interval);
        return bytes;
    }

    // A sandbox that is being made may be hidden for a moment. No trusted program is ended for that: among them are some that are always
    // hidden, such as setuid ones and keepers of keys.
    private long WithDeleted(long bytes)
    {
        var deleted = FolderSize.OfDeleted(order.Folder, launch.Processes.Unwrapped(first, launch.Wrappers), FolderSize.OpenFiles);
        var isHidden = launch.IsWalled && !deleted.AllSeen;
        var stayed = isHidden && wasHidden;
        wasHidden = isHidden;
        return stayed ? long.MaxValue : bytes + deleted.Bytes;
    }
}
