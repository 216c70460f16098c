using System.Globalization;

namespace Starling.EndToEnd.Tests.Consortium.Faults;

/// <summary>
/// A node's clock leaps by hours while it runs, and back after a while. What measures spans of time is not touched, as on
/// a host whose date is set.
/// </summary>
/// <param name="Node">Whose.</param>
/// <param name="Hours">By how many.</param>
/// <param name="Time">For how long.</param>
internal sealed record WrongClock(int Node, int Hours, TimeSpan Time) : Fault
{
    /// <inheritdoc/>
    public override string Subject => $"clock {Node}";

    /// <inheritdoc/>
    public override async Task HappenAsync(TrainingSites sites, CancellationToken cancellation)
    {
        sites.SetClock(Node, TimeSpan.FromHours(Hours));
        await Task.Delay(Time, cancellation);
        sites.SetClock(Node, TimeSpan.Zero);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"the clock of node {Node} is off by {Hours} h, {Time.TotalSeconds:0} s");
}
