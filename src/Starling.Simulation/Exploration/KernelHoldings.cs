using System.Numerics;
using Starling.Core.Identity;

namespace Starling.Simulation.Exploration;

/// <summary>
/// Which blobs a node need not hold now to have them as soon as they are of use: while all honest nodes live on, what honest members serve
/// or what is merged of their updates alone.
/// </summary>
internal sealed class KernelHoldings
{
    private readonly ExploredContract contract;
    private readonly KernelWorld world;
    private readonly int index;
    private readonly bool isCalm;
    private readonly BlobId proposed;
    private readonly BlobId voted;
    private readonly BlobId announced;

    /// <param name="contract">What is explored.</param>
    /// <param name="world">The state.</param>
    /// <param name="index">The node.</param>
    public KernelHoldings(ExploredContract contract, KernelWorld world, int index)
    {
        (this.contract, this.world, this.index) = (contract, world, index);
        isCalm = world.FaultsLeft == 0 && world.Nodes.All(node => node is { IsDead: false, HasLostDisk: false });
        var round = world.Fold.Round!;
        proposed = round.Proposal?.Merge ?? BlobId.None;
        voted = round.Votes.GetValueOrDefault(contract.Nodes[index].Id)?.Full?.Merge ?? BlobId.None;
        announced = KernelEdge.Announced(world.Nodes[index].Part.Outbox.Entry);
    }

    /// <summary>Whether it matters that the node holds a blob.</summary>
    public bool Matters(BlobId blob) => MattersLater(blob) || blob == proposed || blob == voted || blob == announced;

    /// <summary>Whether it matters though no entry of this term has to do with the blob.</summary>
    public bool MattersLater(BlobId blob)
    {
        if (!isCalm || !contract.Blobs.TryGetValue(blob, out var known))
            return true;
        if (known.IsMerge)
            return contract.Liars > 0 && (known.Members & (1 << (contract.Nodes.Length - 1))) != 0;
        var owner = BitOperations.TrailingZeroCount(known.Members);
        return owner == index || owner >= world.Nodes.Length || world.Nodes[owner].Part.Update?.Update != blob
            || !world.Nodes[owner].State.Held.Contains(blob);
    }
}
