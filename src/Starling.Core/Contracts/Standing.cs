namespace Starling.Core.Contracts;

/// <summary>Where an author stands as a member. Numbers are wire values.</summary>
public enum Standing : byte
{
    /// <summary>It never was a member, as an admin may not be, or it left.</summary>
    Outside = 0,

    /// <summary>It becomes a member when the next round opens.</summary>
    Joining = 1,

    /// <summary>It is a member.</summary>
    Member = 2,

    /// <summary>It is a member until the next round opens.</summary>
    Leaving = 3,

    /// <summary>An admin expelled it; only an admin can take it back.</summary>
    Expelled = 4,
}
