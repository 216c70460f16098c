namespace Starling.Cli.LedgerMembers;

/// <summary>How a member of etcd is.</summary>
internal enum MemberState
{
    /// <summary>Its process was started.</summary>
    Starting,

    /// <summary>It and a majority answer.</summary>
    Working,

    /// <summary>It runs, and does not answer, or too few others do.</summary>
    Waiting,

    /// <summary>Its process ended by itself; it is started again.</summary>
    Ended,

    /// <summary>It was stopped: with its supervisor, or to be started again with other authorities.</summary>
    Stopped,
}
