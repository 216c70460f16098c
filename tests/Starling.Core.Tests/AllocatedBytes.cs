namespace Starling.Core.Tests;

/// <summary>How much memory is allocated, which a test may bound.</summary>
internal static class AllocatedBytes
{
    private const int Counts = 5;

    /// <summary>
    /// What this thread allocates for an action, once everything it needs was compiled and set up. What a collection that another thread
    /// began takes of this thread's share counts as allocated, too: the least of some counts.
    /// </summary>
    public static long Of(Action action)
    {
        action();
        return Enumerable.Range(0, Counts).Min(_ =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        });
    }

    /// <summary>Fails if a parser allocates more than a multiple of what it is given, and 64 KiB.</summary>
    public static void AreAtMost(double times, int inputBytes, Action parse)
    {
        parse();
        var before = GC.GetAllocatedBytesForCurrentThread();
        parse();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (64 << 10) + (long)(times * inputBytes));
    }
}
