namespace Starling.Simulation.Network;

/// <summary>One direction between two nodes.</summary>
internal sealed class Link(TimeSpan latency, double bytesPerSecond)
{
    private readonly double full = bytesPerSecond;

    /// <summary>How long a byte travels.</summary>
    public TimeSpan Latency => latency;

    /// <summary>How many bytes leave a second.</summary>
    public double BytesPerSecond { get; private set; } = bytesPerSecond;

    /// <summary>How many faults cut it at present.</summary>
    public int Cuts { get; set; }

    /// <summary>When the last byte that was given to it leaves.</summary>
    public TimeSpan BusyUntil { get; set; }

    /// <summary>Carries fewer bytes until <see cref="Restore"/>.</summary>
    public void Slow(double rate) => BytesPerSecond = Math.Min(BytesPerSecond, rate);

    public void Restore() => BytesPerSecond = full;
}
