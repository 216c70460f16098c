namespace Starling.Core.Kernel;

/// <summary>
/// What a member does once its program has trained all that it meant to, while others train on. Numbers stand in journals.
/// </summary>
public enum CheckIn : byte
{
    /// <summary>It leaves when its last update is merged, and still gets what is merged.</summary>
    Inactive = 1,

    /// <summary>It contributes its last update again in each round.</summary>
    Snapshot = 2,

    /// <summary>It contributes the last merge again in each round.</summary>
    Active = 3,
}
