using System.Collections.Immutable;

namespace Starling.Node.Executors;

/// <summary>How much a work may use, all its processes together. Beyond a limit the whole work is ended.</summary>
public sealed record WorkLimits
{
    /// <summary>Memory in bytes, files in <c>/tmp</c> and <c>/dev/shm</c> of a sandbox included; 16 MiB or more. Default 4 GiB.</summary>
    public long MemoryBytes { get; init; } = 4L << 30;

    /// <summary>Time on processors, summed over them, 1 second or more. Default 24 hours.</summary>
    public TimeSpan ProcessorTime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Processes and threads at once, 4 to 100,000. Default 512.</summary>
    public int Processes { get; init; } = 512;

    /// <summary>The length of one file in bytes, 4 KiB or more. Default 16 GiB.</summary>
    public long FileBytes { get; init; } = 16L << 30;

    /// <summary>What the work folder may take on disk in bytes, 64 KiB or more. Default 32 GiB.</summary>
    public long DiskBytes { get; init; } = 32L << 30;

    /// <summary>From start to end, 100 milliseconds to 366 days. Default 24 hours.</summary>
    public TimeSpan TimeOut { get; init; } = TimeSpan.FromHours(24);

    /// <summary>What is kept of each output stream on disk in bytes, 4 KiB to 1 TiB; the newest is kept. Default 64 MiB.</summary>
    public long OutputBytes { get; init; } = 64L << 20;

    /// <summary>Every value that is out of range, as a sentence each; none if all are well.</summary>
    public ImmutableArray<string> Errors()
    {
        var errors = ImmutableArray.CreateBuilder<string>();
        if (MemoryBytes < 16L << 20)
            errors.Add($"memoryBytes is {MemoryBytes}; it must be at least {16L << 20}.");
        if (ProcessorTime < TimeSpan.FromSeconds(1) || ProcessorTime > TimeSpan.FromDays(100_000))
            errors.Add($"processorTime is {ProcessorTime}; it must be 1 second to 100,000 days.");
        if (Processes is < 4 or > 100_000)
            errors.Add($"processes is {Processes}; it must be 4 to 100,000.");
        if (FileBytes < 4096)
            errors.Add($"fileBytes is {FileBytes}; it must be at least 4096.");
        if (DiskBytes < 64 << 10)
            errors.Add($"diskBytes is {DiskBytes}; it must be at least {64 << 10}.");
        if (TimeOut < TimeSpan.FromMilliseconds(100) || TimeOut > TimeSpan.FromDays(366))
            errors.Add($"timeOut is {TimeOut}; it must be 100 milliseconds to 366 days.");
        if (OutputBytes is < 4096 or > 1L << 40)
            errors.Add($"outputBytes is {OutputBytes}; it must be 4096 to {1L << 40}.");
        return errors.ToImmutable();
    }
}
