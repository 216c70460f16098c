namespace Starling.EndToEnd.Tests.Consortium.Faults;

/// <summary>A node is killed, and is started again later. The founder's first node stays, since commands talk to it.</summary>
/// <param name="Node">Which one.</param>
/// <param name="Disk">What it finds then.</param>
/// <param name="Age">How long before its death a stale disk was copied.</param>
/// <param name="Time">After how long it is started.</param>
internal sealed record KilledNode(int Node, Disk Disk, TimeSpan Age, TimeSpan Time) : Fault
{
    /// <inheritdoc/>
    public override string Subject => $"node {Node}";

    /// <inheritdoc/>
    public override IReadOnlyList<int> MayBeDeposed => [Node];

    /// <summary>Draws a node, and times of up to 15 s and 5 s.</summary>
    public static KilledNode Draw(Random random, Disk disk) =>
        new(random.Next(1, TrainingSites.Nodes), disk, Seconds(random, 2, 15), Seconds(random, 0, 5));

    /// <inheritdoc/>
    public override async Task HappenAsync(TrainingSites sites, CancellationToken cancellation)
    {
        if (Disk == Disk.Stale)
        {
            await sites.CopyDiskAsync(Node);
            await Task.Delay(Age, cancellation);
        }

        await sites.KillNodeAsync(Node);
        if (Disk != Disk.Kept)
            sites.EmptyDisk(Node);
        if (Disk == Disk.Stale)
            sites.PutDiskBack(Node);
        await Task.Delay(Time, cancellation);
        sites.StartNode(Node);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"node {Node} is killed, {Time.TotalSeconds:0} s, its disk {Disk switch { Disk.Kept => "kept", Disk.Empty => "emptied", _ => $"as {Age.TotalSeconds:0} s before" }}";
}
