namespace Starling.Core.Training;

/// <summary>What a member checks before it votes for a merge. Numbers are wire values.</summary>
public enum AuditMode : byte
{
    /// <summary>Nothing but that it holds the merge.</summary>
    Off = 0,

    /// <summary>Chunks drawn from secret randomness; in a dispute everything.</summary>
    Sampled = 1,

    /// <summary>It merges again by itself and compares.</summary>
    Full = 2,
}
