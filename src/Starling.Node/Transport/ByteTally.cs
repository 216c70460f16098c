namespace Starling.Node.Transport;

/// <summary>
/// Adds bytes up until they are worth telling of. A fast line brings ten thousand pieces a second, and each that is told wakes the node's
/// loop, which counts its patience in seconds.
/// </summary>
/// <param name="clock">Tells the time.</param>
/// <param name="tell">Hears of so many bytes, never of none.</param>
internal sealed class ByteTally(TimeProvider clock, Action<int> tell)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private long toldAt = clock.GetTimestamp();
    private int untold;

    /// <summary>Counts some, and tells of all that were not told if the last time is a while ago.</summary>
    public void Add(int bytes)
    {
        untold += bytes;
        if (clock.GetElapsedTime(toldAt) >= Pause)
            Tell();
    }

    /// <summary>Tells of all that were not told.</summary>
    public void Tell()
    {
        if (untold > 0)
            tell(untold);
        (untold, toldAt) = (0, clock.GetTimestamp());
    }
}
