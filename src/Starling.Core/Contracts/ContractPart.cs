using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Core.Contracts;

/// <summary>
/// This node's part in one contract, whatever the contract is for: what it folded, how it reads the ledger, and its own entries. Immutable.
/// </summary>
public abstract record ContractPart
{
    /// <summary>Which contract.</summary>
    public required ContractReference Reference { get; init; }

    /// <summary>The contract as this node folded it.</summary>
    public abstract ContractState Folded { get; }

    /// <summary>How this node reads the ledger.</summary>
    public ReadingState Reading { get; init; } = new();

    /// <summary>The one entry of this node that is not resolved, if any.</summary>
    public OutboxState Outbox { get; init; } = new();

    /// <summary>
    /// Whether this node's disk holds less than it has told the ledger, so that it is about to join again, or has asked to.
    /// </summary>
    public bool IsRejoining(NodeId self) =>
        Folded.Authors.TryGetValue(self, out var author)
            && (Contracts.Outbox.HasLostDisk(this, author) || Outbox.Incarnation > author.Incarnation);
}
