using System.Globalization;

namespace Starling.Node.Executors;

/// <summary>A group in the second version of control groups: one folder for all controllers.</summary>
internal sealed class ControlGroupTwo(string folder) : ControlGroup
{
    public override IEnumerable<string> Joins => [Path.Combine(folder, "cgroup.procs")];

    public override long? PeakMemoryBytes => Number(folder, "memory.peak") ?? Number(folder, "memory.current");

    public override long? MemoryKills => Number(folder, "memory.events", "oom_kill");

    public override TimeSpan? Processor => Number(folder, "cpu.stat", "usage_usec") is { } microseconds ? TimeSpan.FromMicroseconds(microseconds) : null;

    public override long? Refusals => Number(folder, "pids.events", "max");

    /// <summary>Sets the limits.</summary>
    public void Limit(WorkLimits limits)
    {
        Write(Path.Combine(folder, "memory.max"), limits.MemoryBytes.ToString(CultureInfo.InvariantCulture));
        Write(Path.Combine(folder, "memory.swap.max"), "0");
        Write(Path.Combine(folder, "memory.oom.group"), "1");
        Write(Path.Combine(folder, "pids.max"), limits.Processes.ToString(CultureInfo.InvariantCulture));
    }

    public override void Close()
    {
        if (!Write(Path.Combine(folder, "cgroup.kill"), "1"))
            Write(Path.Combine(folder, "pids.max"), "0");
    }
}
