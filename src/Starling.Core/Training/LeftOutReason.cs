namespace Starling.Core.Training;

/// <summary>
/// Why an update is not in a merge. All but the first can be recomputed by anyone who has the update. Numbers are wire values.
/// </summary>
public enum LeftOutReason : byte
{
    /// <summary>The leader could not fetch it. No offence, and the leader's word alone.</summary>
    Unavailable = 0,

    /// <summary>It is not a model that can be read.</summary>
    Unreadable = 1,

    /// <summary>Its tensors are not the contract's.</summary>
    WrongSchema = 2,

    /// <summary>It has a NaN or an infinity.</summary>
    NotFinite = 3,

    /// <summary>It has more bytes than the contract allows.</summary>
    TooLarge = 4,

    /// <summary>Its header is not the canonical one, so that its chunks do not lie where other updates' do.</summary>
    NotCanonical = 5,
}
