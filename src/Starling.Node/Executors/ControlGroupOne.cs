using System.Globalization;

namespace Starling.Node.Executors;

/// <summary>A group in the first version of control groups: a folder in each controller's own tree.</summary>
internal sealed class ControlGroupOne(string? memory, string? pids, string? processor) : ControlGroup
{
    public override IEnumerable<string> Joins =>
        new[] { memory, pids, processor }.OfType<string>().Select(folder => Path.Combine(folder, "cgroup.procs"));

    public override long? PeakMemoryBytes => Number(memory, "memory.max_usage_in_bytes");

    public override long? MemoryKills => Number(memory, "memory.oom_control", "oom_kill");

    public override TimeSpan? Processor =>
        Number(processor, "cpuacct.usage") is { } nanoseconds ? TimeSpan.FromMicroseconds(nanoseconds / 1000.0) : null;

    public override long? Refusals => Number(pids, "pids.events", "max");

    /// <summary>Sets the limits.</summary>
    /// <exception cref="ExecutorException">The kernel refuses.</exception>
    public void Limit(WorkLimits limits)
    {
        if (memory is not null)
        {
            Limit(Path.Combine(memory, "memory.limit_in_bytes"), limits.MemoryBytes);
            // Memory and swap together; not every kernel counts swap.
            Write(Path.Combine(memory, "memory.memsw.limit_in_bytes"), limits.MemoryBytes.ToString(CultureInfo.InvariantCulture));
        }

        if (pids is not null)
            Limit(Path.Combine(pids, "pids.max"), limits.Processes);
    }

    public override void Close()
    {
        if (pids is not null)
            Write(Path.Combine(pids, "pids.max"), "0");
    }
}
