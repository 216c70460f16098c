using System.Globalization;

namespace Starling.Node.Executors;

/// <summary>A group in the first version of control groups: a folder in each controller's own tree.</summary>
internal sealed class ControlGroupOne(string? memory, string? pids, string? processor) : ControlGroup
{
    public override IEnumerable<string> Joins => new[] { memory, pids, processor }.OfType<string>().Select(folder => Path.Combine(folder, "cgroup.procs"));

    public override long? PeakMemoryBytes => Number(memory, "memory.max_usage_in_bytes");

    public override long? MemoryKills => Number(memory, "memory.oom_control", "oom_kill");

    public override TimeSpan? Processor => Number(processor, "cpuacct.usage") is { } nanoseconds ? TimeSpan.FromMicroseconds(nanoseconds / 1000.0) : null;

    public override long? Refusals => Number(pids, "pids.events", "max");

    /// <summary>Sets the limits.</summary>
    public void Limit(WorkLimits limits)
    {
        var bytes = limits.MemoryBytes.ToString(CultureInfo.InvariantCulture);
        if (memory is not null && Write(Path.Combine(memory, "memory.limit_in_bytes"), bytes))
            Write(Path.Combine(memory, "memory.memsw.limit_in_bytes"), bytes);
        if (pids is not null)
            Write(Path.Combine(pids, "pids.max"), limits.Processes.ToString(CultureInfo.InvariantCulture));
    }

    public override void Close()
    {
        if (pids is not null)
            Write(Path.Combine(pids, "pids.max"), "0");
    }
}
