namespace Starling.Node.Executors;

/// <summary>Puts the end of a work into words.</summary>
internal static class WorkEndings
{
    private const int SignalBase = 128;
    private const int LastSignal = 64;

    /// <summary>What an exit code says about the end, if nobody else ended it.</summary>
    public static WorkEnd OfExitCode(int code) => (code - SignalBase) switch
    {
        24 => WorkEnd.OverProcessorTime,
        25 => WorkEnd.OverFileSize,
        31 => WorkEnd.Forbidden,
        > 0 and <= LastSignal => WorkEnd.Signalled,
        _ => WorkEnd.Exited,
    };

    /// <summary>A sentence for people.</summary>
    public static string Reason(WorkEnd end, int code, WorkOrder order) => end switch
    {
        WorkEnd.Exited => $"It ended with exit code {code}.",
        WorkEnd.Signalled => $"Signal {code - SignalBase} ended it.",
        WorkEnd.Cancelled => "It was stopped.",
        WorkEnd.TimedOut => $"It ran longer than {order.Limits.TimeOut}.",
        WorkEnd.OverProcessorTime => $"It used more than {order.Limits.ProcessorTime} of processor time.",
        WorkEnd.OverMemory => $"It wanted more than {order.Limits.MemoryBytes} bytes of memory.",
        WorkEnd.OverProcesses => $"It wanted more than {order.Limits.Processes} processes and threads at once.",
        WorkEnd.OverFileSize => $"It wrote a file of more than {order.Limits.FileBytes} bytes.",
        WorkEnd.OverDisk => $"Its folder took more than {order.Limits.DiskBytes} bytes, or cannot be looked into.",
        WorkEnd.Forbidden => "It made a system call that only an attack on the host needs.",
        _ => throw new ArgumentOutOfRangeException(nameof(end), end, null),
    };
}
