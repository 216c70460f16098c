namespace Starling.Simulation.Faults;

/// <summary>What a lying node does. Each liar draws some of them.</summary>
public enum LieKind
{
    /// <summary>Announces an update that it does not have.</summary>
    WrongReadyDigest,

    /// <summary>Hands over an update with a NaN, another schema or no model at all.</summary>
    BadUpdate,

    /// <summary>Merges wrongly, as leader and as auditor.</summary>
    WrongMerge,

    /// <summary>Signs two different entries under one sequence.</summary>
    Equivocation,

    /// <summary>Sends other bytes than were asked for.</summary>
    WrongBytes,

    /// <summary>Appends old entries again, its own and others'.</summary>
    Replay,

    /// <summary>Appends claims, merges and votes for terms and openings that are over, or that have not begun.</summary>
    StaleTerm,

    /// <summary>Claims at once, without waiting for its rank.</summary>
    EarlyClaim,

    /// <summary>Calls good updates inadmissible.</summary>
    FalseInadmissible,

    /// <summary>Says of the sample that it drew whatever it likes.</summary>
    BlindAudit,

    /// <summary>As leader fetches the same updates again and again, and never proposes a merge.</summary>
    FalseProgress,

    /// <summary>Serves its blobs to nobody, or to some peers only.</summary>
    Withhold,

    /// <summary>Accepts requests, of all peers or of some, and never answers.</summary>
    Stall,

    /// <summary>Says that it saved what it did not save.</summary>
    NoSync,

    /// <summary>Appends payloads that are no entries.</summary>
    Garbage,

    /// <summary>Appends entries whose signature is wrong, also in others' names.</summary>
    BadSignature,

    /// <summary>Floods its peers with messages.</summary>
    Flood,

    /// <summary>Suspects every leader, asks for reopenings and resigns at will.</summary>
    Obstruct,

    /// <summary>Sends the protocol's messages with some bytes changed.</summary>
    Distort,

    /// <summary>Serves blobs, and takes them, so slowly that no round can wait for them: neither silent nor done.</summary>
    Trickle,

    /// <summary>
    /// Announces another member's update as its own, and does not have it. Where nodes follow two contracts, also one of the other
    /// contract, or what that has committed as its merge.
    /// </summary>
    NameAnothers,
}
