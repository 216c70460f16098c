namespace Starling.Core.Kernel;

/// <summary>Why a node stops by itself. All but the ledger's faults stop it only once no other contract is left.</summary>
public enum HaltReason
{
    /// <summary>The ledger shows another history than this node's mirror.</summary>
    LedgerForked,

    /// <summary>The ledger shows fewer entries than this node's mirror, for longer than a stale answer explains.</summary>
    LedgerShrank,

    /// <summary>Most members' folds differ from this node's.</summary>
    Diverged,

    /// <summary>The contract's sync protocol is not one that this node knows.</summary>
    UnknownProtocol,

    /// <summary>The contract goes by a version of the rules that this node does not know.</summary>
    UnknownVersion,
}
