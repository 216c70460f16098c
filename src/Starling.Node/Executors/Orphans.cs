using System.Text;

namespace Starling.Node.Executors;

/// <summary>
/// Processes whose parent ended. The node adopts those that descend from it, so that a daemon cannot leave its work's tree unseen; and as
/// their parent it must take notice of their death.
/// </summary>
internal static class Orphans
{
    // Whatever this process starts itself, the runtime reaps within moments of its death.
    private static readonly TimeSpan RuntimeReapsWithin = TimeSpan.FromSeconds(2);
    private static readonly byte[] AnyMark = Encoding.UTF8.GetBytes($"{WorkProcesses.MarkVariable}=");
    private static readonly int OwnSession = ProcessFacts.Of(Environment.ProcessId)?.Session ?? 0;
    private static int worksWithoutGroup;

    /// <summary>A work without a control group began.</summary>
    public static void WorkBegan() => Interlocked.Increment(ref worksWithoutGroup);

    /// <summary>It is over.</summary>
    public static void WorkEnded() => Interlocked.Decrement(ref worksWithoutGroup);

    /// <summary>
    /// Whether a process is an adopted daemon that has neither the mark nor the session of any work, and can only be that of the one that
    /// asks: of several without control groups the last one to end takes them. One in the group of a work is that work's. One that is just
    /// becoming another program may be anybody's, such as a work that is being started, which shows its mark in a moment.
    /// </summary>
    public static bool MayBeOf(ProcessFacts process, long workStart) =>
        process.Parent == Environment.ProcessId && process.Session != OwnSession && process.Start >= workStart
        && Volatile.Read(ref worksWithoutGroup) == 1 && ProcessFacts.EnvironmentHolds(process.Id, AnyMark) == false
        && !ControlGroupTree.IsOfWork(ProcessFacts.GroupsOf(process.Id), ProcessFacts.GroupsOf(Environment.ProcessId));

    /// <summary>Takes notice of the death of those that the runtime does not know.</summary>
    public static async Task ReapAsync()
    {
        var dead = Dead();
        await Task.Delay(RuntimeReapsWithin).ConfigureAwait(false);
        foreach (var (id, _) in Dead().Intersect(dead))
            LinuxCalls.Reap(id);
    }

    private static List<(int Id, long Start)> Dead() =>
        [.. ProcessFacts.All().Where(process => process.IsDead && process.Parent == Environment.ProcessId)
            .Select(process => (process.Id, process.Start))];
}
