namespace Starling.Core.Models;

/// <summary>A stretch of a file.</summary>
/// <param name="Start">Its first byte, counted from the file's beginning.</param>
/// <param name="Length">How many bytes it has.</param>
public readonly record struct ByteRange(long Start, long Length)
{
    /// <summary>The first byte after it.</summary>
    public long End => Start + Length;
}
