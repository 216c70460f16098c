namespace Starling.Core.Models;

/// <summary>Why bytes are refused as a safetensors file. Each has a test that needs it.</summary>
public enum SafetensorsError
{
    /// <summary>Fewer than 8 bytes, or the bytes given end within the header.</summary>
    TooShort,

    /// <summary>The header says that it is longer than <see cref="SafetensorsHeader.MaxHeaderBytes"/>.</summary>
    HeaderTooLarge,

    /// <summary>The header says that it reaches beyond the end of the file.</summary>
    HeaderBeyondFile,

    /// <summary>The header is not valid UTF-8.</summary>
    NotUtf8,

    /// <summary>The header is not one JSON object that begins with its first byte and is followed by spaces at most.</summary>
    NotJson,

    /// <summary>Objects or arrays are nested deeper than a tensor's shape.</summary>
    TooDeep,

    /// <summary>A tensor, a field or a metadata key occurs twice.</summary>
    DuplicateKey,

    /// <summary>More tensors than <see cref="SafetensorsHeader.MaxTensors"/>.</summary>
    TooManyTensors,

    /// <summary>A tensor's name is longer than <see cref="SafetensorsHeader.MaxNameLength"/> characters.</summary>
    NameTooLong,

    /// <summary>A tensor's name is empty.</summary>
    NameEmpty,

    /// <summary>A string holds half of a surrogate pair.</summary>
    BadText,

    /// <summary>The metadata is not an object of strings, or has more keys than <see cref="SafetensorsHeader.MaxMetadata"/>.</summary>
    BadMetadata,

    /// <summary>A tensor is not an object, or lacks its type, its shape or its offsets.</summary>
    MissingField,

    /// <summary>A tensor has a field beside its type, its shape and its offsets.</summary>
    UnknownField,

    /// <summary>An element type that is not supported.</summary>
    UnknownType,

    /// <summary>A dimension is negative, fractional or not a number, or the product of the dimensions overflows.</summary>
    BadShape,

    /// <summary>More dimensions than <see cref="SafetensorsHeader.MaxDimensions"/>.</summary>
    TooManyDimensions,

    /// <summary>The offsets are not two whole numbers in order within the file.</summary>
    BadOffsets,

    /// <summary>A tensor's bytes are not as many as its shape and type need.</summary>
    WrongSize,

    /// <summary>Two tensors share bytes.</summary>
    Overlap,

    /// <summary>Bytes before a tensor belong to none.</summary>
    Gap,

    /// <summary>Bytes after the last tensor.</summary>
    TrailingData,

    /// <summary>A truth value is neither 0 nor 1.</summary>
    BadBoolean,
}
