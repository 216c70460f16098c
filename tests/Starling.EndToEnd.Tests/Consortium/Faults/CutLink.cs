namespace Starling.EndToEnd.Tests.Consortium.Faults;

/// <summary>Two hosts do not reach each other, or one does not reach the other: neither nodes nor members of etcd.</summary>
/// <param name="Host">The one that hears nothing.</param>
/// <param name="Other">The one that it does not hear.</param>
/// <param name="BothWays">Whether the other one hears nothing either.</param>
/// <param name="Time">For how long.</param>
internal sealed record CutLink(int Host, int Other, bool BothWays, TimeSpan Time) : Fault
{
    /// <inheritdoc/>
    public override string Subject => $"link {Math.Min(Host, Other)} {Math.Max(Host, Other)}";

    /// <inheritdoc/>
    public override IReadOnlyList<int> MayBeDeposed => [Host, Other];

    /// <summary>Draws a link and a time of 1 to 30 s.</summary>
    public static CutLink Draw(Random random, bool bothWays)
    {
        var host = random.Next(TrainingSites.Nodes);
        return new CutLink(host, (host + random.Next(1, TrainingSites.Nodes)) % TrainingSites.Nodes, bothWays, Seconds(random, 1, 30));
    }

    /// <inheritdoc/>
    public override async Task HappenAsync(TrainingSites sites, CancellationToken cancellation)
    {
        await CutAsync(sites, "-A");
        await Task.Delay(Time, cancellation);
        await CutAsync(sites, "-D");
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"host {Host} does not hear host {Other}{(BothWays ? ", nor that one it" : "")}, {Time.TotalSeconds:0} s";

    private async Task CutAsync(TrainingSites sites, string change)
    {
        foreach (var (to, from) in BothWays ? (IReadOnlyList<(int To, int From)>)[(Host, Other), (Other, Host)] : [(Host, Other)])
            await sites.Network.RunOnAsync(to, "iptables", "-w", change, "INPUT", "-s", BridgedNetwork.Address(from), "-j", "DROP");
    }
}
