namespace Starling.Ledgers.Etcd;

/// <summary>A member of etcd, or all of them, did not do what they were asked for. Stays within the backend.</summary>
/// <param name="fault">Why.</param>
/// <param name="message">The same in a sentence, with what to do.</param>
/// <param name="mayBeDone">Whether what was asked for may be done nevertheless.</param>
/// <param name="inner">What went wrong beneath.</param>
internal sealed class EtcdException(EtcdFault fault, string message, bool mayBeDone = false, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>Why.</summary>
    public EtcdFault Fault => fault;

    /// <summary>Whether what was asked for may be done nevertheless.</summary>
    public bool MayBeDone => mayBeDone;

    /// <summary>Whether asking another member, or the same one later, may help.</summary>
    public bool IsPassing =>
        fault is EtcdFault.Unreachable or EtcdFault.Unanswered or EtcdFault.NoLeader or EtcdFault.OtherCluster or EtcdFault.Untrusted
            or EtcdFault.NotNow or EtcdFault.Unexpected;

    /// <summary>The same as the ledger's own trouble, which leaves the backend.</summary>
    public LedgerUnavailableException AsUnavailable() => new(Message, this) { IsRemote = true };
}
