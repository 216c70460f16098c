namespace Starling.Learning.Networks;

/// <summary>A part of the inner dimension of a matrix product.</summary>
/// <param name="RowStride">From one row of the left matrix to the next.</param>
/// <param name="ColumnStride">From one column of the left matrix to the next.</param>
/// <param name="Count">How many columns of the left matrix, and rows of the right one.</param>
/// <param name="Accumulate">Whether it adds to what stands in the result.</param>
internal readonly record struct InnerBlock(nint RowStride, nint ColumnStride, int Count, bool Accumulate);
