namespace Starling.Core.Merging;

/// <summary>Why a merge came to nothing.</summary>
public enum MergeFaultKind
{
    /// <summary>A state's schema is not the first one's.</summary>
    SchemaMismatch,

    /// <summary>A state has a NaN or an infinity, which a check beforehand would have found.</summary>
    InputNotFinite,

    /// <summary>A state has an integer outside the range of its type, which a check beforehand would have found.</summary>
    InputOutOfRange,

    /// <summary>The result has a NaN or an infinity although the states have none.</summary>
    ResultNotFinite,

    /// <summary>There are fewer states than the rule needs with these parameters.</summary>
    TooFewStates,

    /// <summary>The reference has another schema than the states, or a NaN or an infinity.</summary>
    ReferenceUnfit,
}
