namespace Starling.Core.Models;

/// <summary>Why a model state may not enter a merge.</summary>
public enum ModelFaultKind
{
    /// <summary>A float is a NaN or an infinity.</summary>
    NotFinite,

    /// <summary>An integer is outside the range of its stored type.</summary>
    OutOfRange,
}
