namespace Starling.Core.Tasks;

/// <summary>Where work stands, of one operator or of a whole run. Numbers are wire values.</summary>
public enum WorkState : byte
{
    /// <summary>It goes on.</summary>
    Running = 1,

    /// <summary>It was done.</summary>
    Complete = 2,

    /// <summary>It failed.</summary>
    Failed = 3,

    /// <summary>An admin ended it.</summary>
    Cancelled = 4,

    /// <summary>Its operator does not carry it out, and has said why.</summary>
    Refused = 5,
}
