using System.Text.Json.Serialization;

namespace Starling.Api;

/// <summary>What a node is doing.</summary>
[JsonConverter(typeof(EnumWordConverter<NodePhase>))]
public enum NodePhase
{
    /// <summary>It started and reads the ledger; it is not known yet whether it is a member.</summary>
    Registered,

    /// <summary>It is an operator, and waits for a task or carries one out that trains nothing.</summary>
    Serving,

    /// <summary>It waits for its program to take its seat.</summary>
    AwaitingProgram,

    /// <summary>It waits for other members, or for a leader.</summary>
    Waiting,

    /// <summary>Its program trains.</summary>
    Training,

    /// <summary>It gets a committed merge that it does not hold yet.</summary>
    Syncing,

    /// <summary>It leads: it gathers updates and merges them, or waits for the votes.</summary>
    Merging,

    /// <summary>It checks or fetches the proposed merge, or has voted and waits for the others.</summary>
    Auditing,

    /// <summary>Training has ended.</summary>
    Finished,
}
