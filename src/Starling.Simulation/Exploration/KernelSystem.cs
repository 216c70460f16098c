using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;

namespace Starling.Simulation.Exploration;

/// <summary>
/// The fold and the kernel of each honest node, through the first round. Every node reads what lands at once, and does what it can at once;
/// what it appends lands at any later moment. An entry that a node would not have appended had it read later is then refused, and leaves
/// the state as it was; so nothing is lost by that haste. Its timers fire at any moment, in the order in which its clock reaches them.
/// </summary>
internal sealed class KernelSystem : ITransitionSystem<KernelWorld>
{
    private readonly ExploredContract contract;
    private readonly KernelKey key;

    public KernelSystem(ExploredContract contract)
    {
        this.contract = contract;
        key = new KernelKey(contract);
        var isByHand = contract.Request.Fault is ExplorationFault.Death or ExplorationFault.LostDisk;
        var founding = new VerifiedEntry(contract.Founding, SignatureValid: true);
        Initial = new KernelWorld(contract.Founded, [founding],
            [.. Enumerable.Range(0, contract.Nodes.Length - contract.Liars)
                .Select(i => KernelEdge.Start(contract, i, Instant.Zero + TimeSpan.FromSeconds(1), [founding]))],
            isByHand ? contract.Request.Times : 0);
        if (contract.Request.BeginsReady)
            Initial = new KernelTurn(contract, key, Initial).AllReady();
    }

    /// <summary>Whether the first round has committed: the exploration goes no further.</summary>
    public static bool HasCommitted(KernelWorld world) => world.Fold.Round!.Round > 1;

    /// <inheritdoc/>
    public KernelWorld Initial { get; }

    /// <inheritdoc/>
    public Digest Key(KernelWorld world) => key.Of(world);

    /// <inheritdoc/>
    public List<Transition<KernelWorld>> Next(KernelWorld world) =>
        HasCommitted(world) || world.Fold.Ended ? [] : new KernelTurn(contract, key, world).All();

    /// <inheritdoc/>
    public Obligation Owes(KernelWorld world)
    {
        var ready = world.Fold.Round!.Ready;
        var (alive, lacks, awaitsTime) = (0, false, false);
        for (var i = 0; i < world.Nodes.Length; i++)
            if (!world.Nodes[i].IsDead)
            {
                alive++;
                lacks |= !ready.ContainsKey(contract.Nodes[i].Id);
                awaitsTime |= KernelTimers.Last(world.Nodes[i]) is { } last && world.Nodes[i].Now < last
                    && KernelTimers.MayReopen(world.Fold.Round!, contract.Nodes[i].Id);
            }

        return new Obligation(!HasCommitted(world) && alive >= Math.Max(2, contract.Request.MinPeers) && alive > contract.Liars, lacks,
            awaitsTime, ready.Count);
    }

    /// <inheritdoc/>
    public string Describe(KernelWorld world) => RoundText.Of(world.Fold);
}
