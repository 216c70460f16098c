namespace Starling.Fuzz.Targets;

/// <summary>How a format says how long its parts are.</summary>
internal enum LengthForm
{
    /// <summary>It does not: a text.</summary>
    None,

    /// <summary>32 bits, big-endian, before each part.</summary>
    BigEndian32,

    /// <summary>64 bits, little-endian, once at the beginning.</summary>
    LittleEndian64First,

    /// <summary>ASN.1: one byte, or 0x81 or 0x82 and one or two more, behind each tag.</summary>
    Der,
}
