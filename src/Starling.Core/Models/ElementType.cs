namespace Starling.Core.Models;

/// <summary>A tensor's element type as safetensors names it. Numbers are wire values: never reused.</summary>
public enum ElementType : byte
{
    /// <summary>IEEE 754 binary32.</summary>
    F32 = 0,

    /// <summary>IEEE 754 binary16.</summary>
    F16 = 1,

    /// <summary>The upper half of binary32.</summary>
    BF16 = 2,

    /// <summary>Signed 8-bit.</summary>
    I8 = 3,

    /// <summary>Unsigned 8-bit.</summary>
    U8 = 4,

    /// <summary>Signed 16-bit, little-endian.</summary>
    I16 = 5,

    /// <summary>Signed 32-bit, little-endian.</summary>
    I32 = 6,

    /// <summary>Signed 64-bit, little-endian.</summary>
    I64 = 7,

    /// <summary>One byte, 0 or 1.</summary>
    Bool = 8,
}
