namespace Starling.Core.Kernel;

/// <summary>Why a chunk or a manifest did not come.</summary>
public enum FetchFailure
{
    /// <summary>The peer cannot be reached, or the connection broke.</summary>
    Unreachable,

    /// <summary>The peer does not have it.</summary>
    NotHeld,

    /// <summary>The peer says that we are not of the blob's audience.</summary>
    Forbidden,

    /// <summary>What came does not hash to what was asked for.</summary>
    Corrupt,

    /// <summary>There is no room: the quota or the disk is full.</summary>
    NoSpace,

    /// <summary>The manifest is the blob's own, and the blob has more bytes than are accepted. No peer's fault, and final.</summary>
    TooLarge,
}
