using Starling.Core.Identity;

namespace Starling.Simulation.Exploration;

/// <summary>
/// The fold alone, under everything that may be appended to it. Members talk only through the ledger, and one has at most one entry under
/// way, so a member that lags behind and then appends is one that acts on the whole ledger and whose entry then stays under way: entries
/// are made at once and land at any later moment. A crash with the journal kept is a long delay.
/// </summary>
internal sealed class FoldSystem(ExploredContract contract) : ITransitionSystem<FoldWorld>
{
    /// <inheritdoc/>
    public FoldWorld Initial { get; } = Begin(contract);

    /// <inheritdoc/>
    public Digest Key(FoldWorld world) => FoldKey.Of(world, contract);

    /// <inheritdoc/>
    public List<Transition<FoldWorld>> Next(FoldWorld world) => world.Fold.Ended ? [] : new FoldTurn(contract, world).All();

    /// <inheritdoc/>
    public Obligation Owes(FoldWorld world)
    {
        var ready = world.Fold.Round!.Ready;
        var (alive, lacks) = (0, false);
        for (var i = 0; i < contract.Nodes.Length - contract.Liars; i++)
            if (!world.Members[i].IsDead)
            {
                alive++;
                lacks |= !ready.ContainsKey(contract.Nodes[i].Id);
            }

        return new Obligation(alive >= Math.Max(2, contract.Request.MinPeers) && alive > contract.Liars, lacks, AwaitsTime: false,
            ready.Count);
    }

    /// <inheritdoc/>
    public string Describe(FoldWorld world) => RoundText.Of(world.Fold);

    private static FoldWorld Begin(ExploredContract contract)
    {
        var isByHand = contract.Request.Fault is ExplorationFault.Death or ExplorationFault.LostDisk;
        var world =
            new FoldWorld(contract.Founded, [.. contract.Nodes.Select(_ => FoldMember.Fresh)], isByHand ? contract.Request.Times : 0);
        if (!contract.Request.BeginsReady)
            return world;
        for (var i = 0; i < contract.Nodes.Length; i++)
        {
            var ready = FoldTurn.Ready(world.Fold, contract.Nodes[i].Id);
            world = (world with { Fold = contract.Apply(world.Fold, contract.Entry(world.Fold, contract.Nodes[i], ready)).State })
                .With(i, member => member with { HasUpdate = contract.IsHonest(contract.Nodes[i].Id) });
        }

        return world;
    }
}
