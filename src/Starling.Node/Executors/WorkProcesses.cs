using System.Text;
using Starling.Node.Loop;

namespace Starling.Node.Executors;

/// <summary>
/// All processes of one work, however they were started: those in its control group, or, where there is none, those that carry its mark in
/// their environment, its session, and everything that descends from a process that was seen to be one.
/// </summary>
/// <param name="mark">What the value of <see cref="MarkVariable"/> is, or starts with.</param>
/// <param name="group">The control group; null for none.</param>
/// <param name="limits">What is watched.</param>
/// <param name="signal">Sends a process a signal; null for the kernel's.</param>
internal sealed class WorkProcesses(string mark, ControlGroup? group, WorkLimits limits, Action<int, int>? signal = null)
{
    /// <summary>The variable that marks a work's processes.</summary>
    public const string MarkVariable = "STARLING_WORK";

    /// <summary>In what time any process ends that does not wait in the kernel.</summary>
    public static readonly TimeSpan KillWithin = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(100);

    // A process that is becoming another program may be one of the work's.
    private const int LooksAtUnclear = 5, KernelThreads = 2;

    private readonly Action<int, int> signal = signal ?? LinuxCalls.Signal;
    private readonly Lock gate = new();
    private readonly byte[] marking = Encoding.UTF8.GetBytes($"{MarkVariable}={mark}");
    private readonly HashSet<(int Id, long Start)> known = [];
    private readonly ProcessorTime time = new();
    private long peakMemoryBytes;
    private TimeSpan processor;
    private int session;
    private long start;
    private bool isUnclear;

    /// <summary>What a process writes to in order to be counted.</summary>
    public IEnumerable<string> Joins => group?.Joins ?? [];

    /// <summary>Names the first process, which leads a session of its own.</summary>
    public void Begin(int first)
    {
        lock (gate)
            (session, start) = (first, ProcessFacts.Of(first)?.Start ?? long.MaxValue);
        if (group is null)
            Orphans.WorkBegan();
    }

    /// <summary>The processes that run.</summary>
    public List<ProcessFacts> Members()
    {
        if (group is not null)
            return [.. group.Members().Select(ProcessFacts.Of).OfType<ProcessFacts>().Where(member => !member.IsDead)];
        lock (gate)
            return Search();
    }

    /// <summary>Looks at what they use. Peaks and sums hold since the first look.</summary>
    /// <returns>The limit that they broke, if any.</returns>
    public (long PeakMemoryBytes, TimeSpan Processor, WorkEnd? Broken) Measure()
    {
        var members = group is { PeakMemoryBytes: not null, Processor: not null, Refusals: not null } ? [] : Members();
        lock (gate)
        {
            peakMemoryBytes = group?.PeakMemoryBytes ?? Math.Max(peakMemoryBytes, members.Sum(member => member.ResidentBytes));
            var used = group?.Processor ?? time.Add(members);
            processor = used > processor ? used : processor;
            WorkEnd? broken = group?.MemoryKills is { } kills ? (kills > 0 ? WorkEnd.OverMemory : null)
                : peakMemoryBytes > limits.MemoryBytes ? WorkEnd.OverMemory : null;
            broken ??= processor > limits.ProcessorTime ? WorkEnd.OverProcessorTime : null;
            broken ??= group?.Refusals is { } refusals ? (refusals > 0 ? WorkEnd.OverProcesses : null)
                : members.Sum(member => member.Threads) > limits.Processes ? WorkEnd.OverProcesses : null;
            return (peakMemoryBytes, processor, broken);
        }
    }

    /// <summary>The processes that run, without the executor's own wrappers.</summary>
    /// <param name="first">The first process.</param>
    /// <param name="wrappers">How many generations, from the first on, are the executor's own.</param>
    public List<ProcessFacts> Unwrapped(int first, int wrappers)
    {
        var members = Members();
        var own = new HashSet<int>();
        for (var generation = 0; generation < wrappers; generation++)
            own = generation == 0 ? [first] : [.. own, .. members.Where(member => own.Contains(member.Parent)).Select(member => member.Id)];
        members.RemoveAll(member => own.Contains(member.Id));
        return members;
    }

    /// <summary>Asks all but the executor's own wrappers to end.</summary>
    public void Terminate(int first, int wrappers) =>
        Unwrapped(first, wrappers).ForEach(member => signal(member.Id, LinuxCalls.Terminate));

    /// <summary>Ends all, those included that are being made meanwhile.</summary>
    /// <param name="within">How long it may take. However short it is, all are told once.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Whether none is left.</returns>
    public async Task<bool> KillAsync(TimeSpan within, CancellationToken cancellation)
    {
        var began = TimeProvider.System.GetTimestamp();
        var pause = TimeSpan.FromMilliseconds(1);
        for (var looks = 0; ;)
        {
            group?.Close();
            var members = Members();
            if (members.Count == 0 && (!isUnclear || ++looks > LooksAtUnclear))
                return true;
            // Where new processes cannot be forbidden, all are first made to stand still: a process that forks faster than it is
            // found would never be caught.
            if (group is null)
                members.ForEach(member => signal(member.Id, LinuxCalls.Stop));
            members.ForEach(member => signal(member.Id, LinuxCalls.Kill));
            if (TimeProvider.System.GetElapsedTime(began) > within)
                return false;
            await Task.Delay(pause, cancellation).ConfigureAwait(false);
            pause = pause.Doubled(LongestPause);
        }
    }

    /// <summary>Removes the control group, once its processes are gone.</summary>
    public async Task ReleaseAsync()
    {
        if (group is null && session > 0)
            Orphans.WorkEnded();
        for (var attempt = 0; attempt < 50 && group is not null && !group.TryRemove(); attempt++)
            await Task.Delay(TimeSpan.FromMilliseconds(10)).ConfigureAwait(false);
    }

    private List<ProcessFacts> Search()
    {
        var all = ProcessFacts.All();
        all.RemoveAll(process =>
            process.IsDead || process.Id == Environment.ProcessId || process.Id == KernelThreads || process.Parent == KernelThreads);
        isUnclear = false;
        var members = all.Where(process => known.Contains((process.Id, process.Start)) || (session > 0 && process.Session == session)
            || IsMarked(process.Id) || (session > 0 && Orphans.MayBeOf(process, start))).ToList();
        var ids = members.Select(member => member.Id).ToHashSet();
        for (var before = -1; before != members.Count;)
        {
            before = members.Count;
            members.AddRange(all.Where(process => ids.Contains(process.Parent) && ids.Add(process.Id)));
        }

        known.Clear();
        known.UnionWith(members.Select(member => (member.Id, member.Start)));
        return members;
    }

    private bool IsMarked(int id)
    {
        var holds = ProcessFacts.EnvironmentHolds(id, marking);
        isUnclear |= holds is null;
        return holds ?? false;
    }
}
