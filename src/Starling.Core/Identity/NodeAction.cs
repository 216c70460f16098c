namespace Starling.Core.Identity;

/// <summary>What somebody may want from a node. Each request of its API and each connection of the peer protocol is one of these.</summary>
public enum NodeAction
{
    /// <summary>Nothing that is known, which nobody may: what does not say its action is this.</summary>
    Unknown = 0,

    /// <summary>To stand in connection as a peer: to exchange messages and blobs.</summary>
    Connect = 1,

    /// <summary>To read what the node knows and does, models included.</summary>
    Read = 2,

    /// <summary>To stop the node.</summary>
    Stop = 3,

    /// <summary>To have the node finish its work and take no more.</summary>
    Drain = 4,

    /// <summary>To have an entry that an admin signed appended to a contract.</summary>
    AdministerContract = 5,

    /// <summary>
    /// To get content that tasks left on the node: also for operators of other organisations that work for the same task runner.
    /// </summary>
    ReadContent = 6,

    /// <summary>
    /// To read what programs of tasks wrote: also for admins, of other organisations too, of the task runner that the node works for.
    /// </summary>
    ReadOutput = 7,
}
