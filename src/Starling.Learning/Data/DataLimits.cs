namespace Starling.Learning.Data;

/// <summary>What a data set may be at most: the bounds that are checked before anything is allocated or read on.</summary>
/// <param name="Values">Rows times columns; by default 2^28, which is 1 GiB of floats.</param>
/// <param name="Columns">Features a row.</param>
/// <param name="Rows">Rows of one file.</param>
/// <param name="Classes">Different labels.</param>
/// <param name="LineCharacters">Characters of one line of text.</param>
public sealed record DataLimits(
    long Values = 1L << 28, int Columns = 65_536, int Rows = 10_000_000, int Classes = 1_000, int LineCharacters = 1 << 20)
{
    public static DataLimits Default { get; } = new();
}
