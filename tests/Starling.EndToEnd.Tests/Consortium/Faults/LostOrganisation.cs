namespace Starling.EndToEnd.Tests.Consortium.Faults;

/// <summary>
/// All that an organisation runs is gone for good: its nodes and its member of etcd. The founder stays, since commands talk to its node.
/// </summary>
/// <param name="Organisation">Which one.</param>
internal sealed record LostOrganisation(int Organisation) : Fault
{
    /// <inheritdoc/>
    public override string Subject => $"organisation {Organisation}";

    /// <inheritdoc/>
    public override IReadOnlyList<int> MayBeDeposed => TrainingSites.NodesOf(Organisation);

    /// <inheritdoc/>
    public override async Task HappenAsync(TrainingSites sites, CancellationToken cancellation)
    {
        foreach (var node in MayBeDeposed)
            await sites.KillNodeAsync(node);
        await sites.KillMemberAsync(Organisation);
    }

    /// <inheritdoc/>
    public override string ToString() => $"organisation {Organisation} is gone for good";
}
