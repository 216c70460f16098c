using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;

namespace Starling.Core.Contracts;

/// <summary>
/// That this node takes no part in a contract from some entry on, and why. It follows from the contract's history and this node's software
/// and is never saved: a node that starts again comes to it again, and one whose software agrees with the history goes on.
/// </summary>
/// <param name="Reason">Why.</param>
/// <param name="Detail">The same in sentences, with what to do.</param>
public sealed record SetAside(HaltReason Reason, string Detail)
{
    private const string Upgrade = "Install a version of starling that does, and start the node again.";

    /// <summary>
    /// Whether this software cannot read a contract's entry 0; null if it can, or if this is not it. Only what depends on the entry's bytes
    /// counts: whom its key belongs to does not, since anyone can put the same bytes under his own.
    /// </summary>
    /// <param name="before">The contract before the entry.</param>
    /// <param name="entry">The entry, with the verdict on its signature.</param>
    /// <param name="refusal">What the fold said of it.</param>
    public static SetAside? Unreadable(ContractState before, VerifiedEntry entry, Refusal refusal) =>
        entry.SignatureValid && entry.Entry.Id == before.Founding && refusal is Refusal.WrongFoldVersion or Refusal.NotFounded
            ? new SetAside(HaltReason.UnknownVersion,
                $"This node does not know what contract {before.Contract} is founded on, version {entry.Entry.Body.FoldVersion} of the rules. {Upgrade}")
            : null;

    /// <summary>The contract's sync protocol is not one that this software knows.</summary>
    public static SetAside UnknownProtocol(ContractId contract, string protocol) => new(HaltReason.UnknownProtocol,
        $"This node does not know the sync protocol '{protocol}' of contract {contract}. {Upgrade}");

    /// <summary>Most members said that they had folded another state than this node.</summary>
    public static SetAside Diverged(ContractId contract, long height) => new(HaltReason.Diverged,
        $"Most members of contract {contract} had another state than this node at height {height}. Compare version and ledger with theirs, "
        + "install their version and start the node again; if all run one version, most of them say what is not so: leave the contract.");
}
