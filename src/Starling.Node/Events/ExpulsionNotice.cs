using System.Collections.Immutable;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Node.Loop;

namespace Starling.Node.Events;

/// <summary>
/// Looks, after each step of the kernel, whether an admin has put this node out of a training contract, and tells it once: to the node
/// itself nothing else happens then.
/// </summary>
/// <param name="kernel">The node.</param>
/// <param name="events">Is told.</param>
public sealed class ExpulsionNotice(KernelDriver kernel, EventReporter events)
{
    private readonly HashSet<ContractId> told = [];

    /// <summary>What that means for the node of a contract, a sentence.</summary>
    public static string Sentence(ContractId contract) =>
        $"An admin has put this node out of contract {contract}: it takes part in no further round and gets no further merge. What it holds stays. If that is a mistake, talk to the contract's admin.";

    /// <summary>Whether an admin put a node out of a contract.</summary>
    public static bool HasExpelled(ContractState contract, NodeId node) =>
        contract.Authors.TryGetValue(node, out var author) && author.Standing == Standing.Expelled;

    /// <summary>Steps the kernel, and looks. For one thread.</summary>
    public ImmutableArray<Effect> Step(Input input, Instant now)
    {
        var effects = kernel.Step(input, now);
        foreach (var (contract, part) in kernel.State.Contracts)
            if (!part.Reading.HasCaughtUp || !HasExpelled(part.Fold, kernel.State.Self.Id))
                told.Remove(contract); // Only an admin can take it back; he may put it out again.
            else if (told.Add(contract))
                events.Report(new NodeExpelled(contract, Sentence(contract)));
        return effects;
    }
}
