namespace Starling.Node.Executors;

/// <summary>Why a work is over.</summary>
public enum WorkEnd
{
    /// <summary>The program ended by itself, with an exit code.</summary>
    Exited,

    /// <summary>A signal ended the program that the executor did not send.</summary>
    Signalled,

    /// <summary>It was stopped by its owner.</summary>
    Cancelled,

    /// <summary>It ran longer than <see cref="WorkLimits.TimeOut"/>.</summary>
    TimedOut,

    /// <summary>It used more processor time than <see cref="WorkLimits.ProcessorTime"/>.</summary>
    OverProcessorTime,

    /// <summary>It wanted more memory than <see cref="WorkLimits.MemoryBytes"/>.</summary>
    OverMemory,

    /// <summary>It wanted more processes and threads at once than <see cref="WorkLimits.Processes"/>.</summary>
    OverProcesses,

    /// <summary>A file grew beyond <see cref="WorkLimits.FileBytes"/>.</summary>
    OverFileSize,

    /// <summary>Its folder grew beyond <see cref="WorkLimits.DiskBytes"/>, or cannot be looked into.</summary>
    OverDisk,

    /// <summary>It made a system call that only an attack on the host needs.</summary>
    Forbidden,
}
