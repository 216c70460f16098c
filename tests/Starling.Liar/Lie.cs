namespace Starling.Liar;

/// <summary>What a lying node does.</summary>
public enum Lie
{
    /// <summary>Counts its own update a thousand times in every merge that it makes.</summary>
    WrongMerge,

    /// <summary>Suspects every leader at once.</summary>
    CryWolf,

    /// <summary>Claims before its turn, fetches the same updates again and again, and never merges.</summary>
    FalseProgress,
}
