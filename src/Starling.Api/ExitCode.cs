namespace Starling.Api;

/// <summary>
/// What a Starling process's exit code says: the one catalogue for all commands and for a node. Numbers are never reused.
/// </summary>
public enum ExitCode
{
    /// <summary>All went well; a node was asked to stop and did.</summary>
    Done = 0,

    /// <summary>Something that nobody foresaw; the message says what, and it is worth reporting.</summary>
    Unexpected = 1,

    /// <summary>The command line cannot be understood.</summary>
    Usage = 2,

    /// <summary>A configuration or experiment file has mistakes; all of them are listed.</summary>
    Configuration = 3,

    /// <summary>The port that the node should listen on is taken, or may not be used.</summary>
    PortBusy = 4,

    /// <summary>A disk is full, or a folder cannot be written or belongs to another process.</summary>
    Disk = 5,

    /// <summary>The ledger shows another history than the node saw before, or lost a part of it, or another founding entry.</summary>
    LedgerForked = 6,

    /// <summary>Most members' folds differ from the node's.</summary>
    Diverged = 7,

    /// <summary>A certificate, key or trust anchor is missing, damaged, expired or not trusted.</summary>
    Identity = 8,

    /// <summary>A data set or model file is missing or cannot be used.</summary>
    Data = 9,

    /// <summary>A node, or a ledger in etcd, does not answer, or went away.</summary>
    Unreachable = 10,

    /// <summary>The node refuses the caller, or what it asks for.</summary>
    Denied = 11,

    /// <summary>What should be checked is wrong: a ledger does not verify, a simulation violates a rule.</summary>
    CheckFailed = 12,

    /// <summary>Programs fail again and again, and too few members are left without them.</summary>
    Program = 13,

    /// <summary>A task failed or was cancelled; who failed and why is told.</summary>
    Task = 14,

    /// <summary>What was waited for did not come in the time that was given.</summary>
    TimedOut = 15,

    /// <summary>The user stopped the command (Ctrl-C).</summary>
    Interrupted = 130,
}
