using System.Globalization;

namespace Starling.EndToEnd.Tests.Consortium.Faults;

/// <summary>A host's link takes 2 Mbit/s in either direction.</summary>
/// <param name="Host">Whose.</param>
/// <param name="Time">For how long.</param>
internal sealed record SlowLink(int Host, TimeSpan Time) : Fault
{
    /// <inheritdoc/>
    public override string Subject => $"speed {Host}";

    /// <inheritdoc/>
    public override async Task HappenAsync(TrainingSites sites, CancellationToken cancellation)
    {
        await sites.Network.SlowAsync(Host, "2mbit");
        await Task.Delay(Time, cancellation);
        await sites.Network.SlowAsync(Host, rate: null);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"the link of host {Host} is slow, {Time.TotalSeconds:0} s");
}
