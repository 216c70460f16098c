namespace Starling.Node.Executors;

/// <summary>A group in the second version of control groups: one folder for all controllers.</summary>
internal sealed class ControlGroupTwo(string folder) : ControlGroup
{
    public override IEnumerable<string> Joins => [Path.Combine(folder, "cgroup.procs")];

    public override long? PeakMemoryBytes => Number(folder, "memory.peak") ?? Number(folder, "memory.current");

    public override long? MemoryKills => Number(folder, "memory.events", "oom_kill");

    public override TimeSpan? Processor =>
        Number(folder, "cpu.stat", "usage_usec") is { } microseconds ? TimeSpan.FromMicroseconds(microseconds) : null;

    public override long? Refusals => Number(folder, "pids.events", "max");

    /// <summary>Sets the limits.</summary>
    /// <param name="limits">The limits.</param>
    /// <param name="memory">Whether there is a controller of memory.</param>
    /// <param name="processes">Whether there is one of processes.</param>
    /// <exception cref="ExecutorException">The kernel refuses.</exception>
    public void Limit(WorkLimits limits, bool memory, bool processes)
    {
        if (memory)
        {
            Limit(Path.Combine(folder, "memory.max"), limits.MemoryBytes);
            Write(Path.Combine(folder, "memory.swap.max"), "0");
            Write(Path.Combine(folder, "memory.oom.group"), "1");
        }

        if (processes)
            Limit(Path.Combine(folder, "pids.max"), limits.Processes);
    }

    public override void Close()
    {
        if (!Write(Path.Combine(folder, "cgroup.kill"), "1"))
            Write(Path.Combine(folder, "pids.max"), "0");
    }
}
