namespace Starling.Core.Models;

/// <summary>
/// Why a file may not enter a merge. Of several faults the first of these is named, so that everybody who checks the
/// same file finds the same one.
/// </summary>
public enum ModelFileFault
{
    /// <summary>It is no safetensors file, or a truth value is neither 0 nor 1 while every float is finite.</summary>
    Unreadable,

    /// <summary>Its tensors' names, types or shapes are not the expected ones.</summary>
    WrongSchema,

    /// <summary>Its header is not the one that Starling writes for the schema.</summary>
    NotCanonical,

    /// <summary>A float is a NaN or an infinity.</summary>
    NotFinite,
}
