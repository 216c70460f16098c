namespace Starling.Core.Tests;

/// <summary>What a parser may allocate: a multiple of what it is given, and 64 KiB.</summary>
internal static class AllocatedBytes
{
    /// <summary>Fails if the second run, after everything was compiled and set up by the first, allocates more.</summary>
    public static void AreAtMost(double times, int inputBytes, Action parse)
    {
        parse();
        var before = GC.GetAllocatedBytesForCurrentThread();
        parse();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (64 << 10) + (long)(times * inputBytes));
    }
}
