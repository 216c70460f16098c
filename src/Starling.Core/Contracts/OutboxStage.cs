namespace Starling.Core.Contracts;

/// <summary>Where a node's own entry stands, between two of which it appends nothing.</summary>
public enum OutboxStage
{
    /// <summary>There is none: the last one was read back.</summary>
    Idle,

    /// <summary>It is being signed.</summary>
    Signing,

    /// <summary>It is being journalled.</summary>
    Saving,

    /// <summary>It may be in the ledger, and is sent until it is read back.</summary>
    Sending,
}
