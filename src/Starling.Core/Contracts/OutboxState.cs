using System.Collections.Immutable;
using Starling.Core.Kernel;
using Starling.Core.Ledger;

namespace Starling.Core.Contracts;

/// <summary>A node's own entries in one contract: at most one is unresolved.</summary>
public sealed record OutboxState
{
    /// <summary>The incarnation of the last entry, from 1.</summary>
    public long Incarnation { get; init; } = 1;

    /// <summary>The sequence number of the last entry; 0 before the first.</summary>
    public long Sequence { get; init; }

    /// <summary>Where the unresolved entry stands.</summary>
    public OutboxStage Stage { get; init; }

    /// <summary>The bytes to sign, while they are being signed.</summary>
    public ImmutableArray<byte> Body { get; init; } = [];

    /// <summary>The signed entry.</summary>
    public SignedEntry? Entry { get; init; }

    /// <summary>The save that must be done before the entry is sent.</summary>
    public OperationId SaveOperation { get; init; }

    /// <summary>Whether the save or the append is under way.</summary>
    public bool IsUnderWay { get; init; }

    /// <summary>When to try the save or the append again.</summary>
    public Instant RetryAt { get; init; }

    /// <summary>How often the entry was sent.</summary>
    public int Sendings { get; init; }
}
