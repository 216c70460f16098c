namespace Starling.EndToEnd.Tests.Consortium.Faults;

/// <summary>Something that goes wrong in the network of a consortium. The hierarchy is closed.</summary>
internal abstract record Fault
{
    private const int Kinds = 8;

    /// <summary>What it happens to: of two faults that happen to the same, one waits for the other.</summary>
    public abstract string Subject { get; }

    /// <summary>
    /// The nodes that may be deposed while it lasts: those that stopped, or whose links were cut. Who is merely slow is not among them.
    /// </summary>
    public virtual IReadOnlyList<int> MayBeDeposed => [];

    /// <summary>Draws a fault that ends.</summary>
    public static Fault Draw(Random random) => random.Next(Kinds) switch
    {
        0 => CutLink.Draw(random, bothWays: true),
        1 => CutLink.Draw(random, bothWays: false),
        2 => new KilledMember(random.Next(TrainingSites.Count), Seconds(random, 1, 15)),
        3 => KilledNode.Draw(random, Disk.Kept),
        4 => KilledNode.Draw(random, Disk.Empty),
        5 => KilledNode.Draw(random, Disk.Stale),
        6 => new WrongClock(random.Next(TrainingSites.Nodes), Hours: random.Next(2) == 0 ? -1 : 1, Seconds(random, 5, 20)),
        _ => new SlowLink(random.Next(TrainingSites.Nodes), Seconds(random, 5, 20)),
    };

    /// <summary>Makes it happen, and ends it after its time.</summary>
    public abstract Task HappenAsync(TrainingSites sites, CancellationToken cancellation);

    /// <summary>Draws a time of whole seconds.</summary>
    protected static TimeSpan Seconds(Random random, int least, int most) => TimeSpan.FromSeconds(random.Next(least, most + 1));
}
