namespace Starling.EndToEnd.Tests.Consortium;

/// <summary>Something that goes wrong in the network of a consortium. The hierarchy is closed.</summary>
internal abstract record Fault
{
    /// <summary>Draws a fault.</summary>
    public static Fault Draw(Random random) => random.Next(5) switch
    {
        0 => new CutLink(random.Next(TrainingSites.Nodes), random.Next(1, TrainingSites.Nodes), BothWays: true, TimeSpan.FromSeconds(random.Next(1, 31))),
        1 => new CutLink(random.Next(TrainingSites.Nodes), random.Next(1, TrainingSites.Nodes), BothWays: false, TimeSpan.FromSeconds(random.Next(1, 31))),
        2 => new KilledMember(random.Next(TrainingSites.Count), TimeSpan.FromSeconds(random.Next(1, 16))),
        3 => new KilledNode(random.Next(1, TrainingSites.Nodes), TimeSpan.FromSeconds(random.Next(0, 6)), EmptyDisk: false),
        _ => new KilledNode(random.Next(1, TrainingSites.Nodes), TimeSpan.FromSeconds(random.Next(0, 6)), EmptyDisk: true),
    };

    /// <summary>Makes it happen, and ends it after its time.</summary>
    public abstract Task HappenAsync(TrainingSites sites, CancellationToken cancellation);
}

/// <summary>Two hosts do not reach each other, or one does not reach the other: neither nodes nor members of etcd.</summary>
/// <param name="Host">The one that hears nothing.</param>
/// <param name="Distance">How far the other one is from it, from 1, round the ring of hosts.</param>
/// <param name="BothWays">Whether the other one hears nothing either.</param>
/// <param name="Time">For how long.</param>
internal sealed record CutLink(int Host, int Distance, bool BothWays, TimeSpan Time) : Fault
{
    /// <inheritdoc/>
    public override async Task HappenAsync(TrainingSites sites, CancellationToken cancellation)
    {
        var other = (Host + Distance) % TrainingSites.Nodes;
        var directions = BothWays ? (IReadOnlyList<(int To, int From)>)[(Host, other), (other, Host)] : [(Host, other)];
        foreach (var (to, from) in directions)
            await sites.Network.RunOnAsync(to, "iptables", "-w", "-A", "INPUT", "-s", BridgedNetwork.Address(from), "-j", "DROP");
        await Task.Delay(Time, cancellation);
        foreach (var (to, from) in directions)
            await sites.Network.RunOnAsync(to, "iptables", "-w", "-D", "INPUT", "-s", BridgedNetwork.Address(from), "-j", "DROP");
    }
}

/// <summary>An organisation's member of etcd is killed, with the command that watches over it, and is started again later with its data.</summary>
/// <param name="Organisation">Which one.</param>
/// <param name="Time">After how long.</param>
internal sealed record KilledMember(int Organisation, TimeSpan Time) : Fault
{
    /// <inheritdoc/>
    public override async Task HappenAsync(TrainingSites sites, CancellationToken cancellation)
    {
        await sites.KillMemberAsync(Organisation);
        await Task.Delay(Time, cancellation);
        sites.StartMember(Organisation);
    }
}

/// <summary>A node is killed, and is started again later. The founder's first node stays, since commands talk to it.</summary>
/// <param name="Node">Which one.</param>
/// <param name="Time">After how long.</param>
/// <param name="EmptyDisk">Whether its disk is empty then.</param>
internal sealed record KilledNode(int Node, TimeSpan Time, bool EmptyDisk) : Fault
{
    /// <inheritdoc/>
    public override async Task HappenAsync(TrainingSites sites, CancellationToken cancellation)
    {
        await sites.KillNodeAsync(Node);
        if (EmptyDisk)
            sites.EmptyDisk(Node);
        await Task.Delay(Time, cancellation);
        sites.StartNode(Node);
    }
}
