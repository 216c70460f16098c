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

    /// <summary>Why this node takes no part in the contract any more; null while it does.</summary>
    public SetAside? SetAside { get; init; }

    /// <summary>What the fold keeps of this node; null if it may author nothing, by its name or by its key.</summary>
    public Author? AuthorOf(NodeIdentity self) =>
        Folded.Authors.TryGetValue(self.Id, out var author) && author.Key.Equals(self.Key) ? author : null;

    /// <summary>Whether the contract knows this node's name by another key. That stays so: nothing that it signs will ever count.</summary>
    public bool IsUnderAnotherKey(NodeIdentity self) => Folded.Authors.ContainsKey(self.Id) && AuthorOf(self) is null;

    /// <summary>What <see cref="IsUnderAnotherKey"/> means, and what to do.</summary>
    public static string AnotherKey(ContractId contract, NodeIdentity self) =>
        $"Contract {contract} knows {self.Id} by another key than this node has, and a name keeps its key for good: nothing that this node signs counts there, so it only follows. "
        + "Bring back the key that was enrolled, from a backup, or give this node another name, with a certificate for that and an empty folder, and have it enrolled.";

    /// <summary>
    /// Whether this node's disk holds less than it has told the ledger, so that it is about to join again, or has asked to.
    /// </summary>
    public bool IsRejoining(NodeIdentity self) =>
        AuthorOf(self) is { } author && (Contracts.Outbox.HasLostDisk(this, author) || Outbox.Incarnation > author.Incarnation);
}
