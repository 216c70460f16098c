using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Starling.Learning.Networks;

/// <summary>
/// Dense float32 matrix product. Inner dimension and columns are cut into blocks of the right matrix that stay in the second-level cache
/// while the rows pass by. Every element of the result is <c>fma(a, b, sum)</c> along the inner dimension, in order, and so has the same
/// bits at every vector width.
/// </summary>
internal static class MatrixProduct
{
    private const int InnerSize = 256;
    private const int ColumnSize = 256;

    /// <summary>
    /// Writes <c>A B</c> to <paramref name="result"/>: m x n from m x k and k x n. A's element (i, p) lies at <c>i * rowStride + p *
    /// columnStride</c>, so a transposed A costs nothing; B and the result are row-major and n wide.
    /// </summary>
    /// <param name="left">A.</param>
    /// <param name="rowStride">From one row of A to the next.</param>
    /// <param name="columnStride">From one column of A to the next.</param>
    /// <param name="right">B.</param>
    /// <param name="result">Where the product goes.</param>
    /// <param name="size">m, n and k, each at least 1.</param>
    /// <param name="accumulate">Adds to what stands in the result instead of replacing it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A buffer is too short.</exception>
    public static void Multiply(
        ReadOnlySpan<float> left, int rowStride, int columnStride, ReadOnlySpan<float> right, Span<float> result,
        (int M, int N, int K) size, bool accumulate = false)
    {
        if (Vector512.IsHardwareAccelerated)
            Multiply<Width512, Vector512<float>>(left, rowStride, columnStride, right, result, size, accumulate);
        else if (Vector256.IsHardwareAccelerated)
            Multiply<Width256, Vector256<float>>(left, rowStride, columnStride, right, result, size, accumulate);
        else
            Multiply<Width128, Vector128<float>>(left, rowStride, columnStride, right, result, size, accumulate);
    }

    /// <summary>The same with vectors of one width.</summary>
    internal static void Multiply<TWidth, TVector>(
        ReadOnlySpan<float> left, int rowStride, int columnStride, ReadOnlySpan<float> right, Span<float> result,
        (int M, int N, int K) size, bool accumulate)
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
    {
        var (m, n, k) = size;
        Guard(left.Length, 1 + ((m - 1) * (long)rowStride) + ((k - 1) * (long)columnStride));
        Guard(right.Length, (long)k * n);
        Guard(result.Length, (long)m * n);
        ref var c = ref MemoryMarshal.GetReference(result);
        var whole = n - (n % MatrixTile<TWidth, TVector>.Columns);
        for (var from = 0; from < k; from += InnerSize)
        {
            var inner = new InnerBlock(rowStride, columnStride, Math.Min(InnerSize, k - from), accumulate || from > 0);
            ref var a = ref Unsafe.Add(ref MemoryMarshal.GetReference(left), (nint)from * columnStride);
            ref var b = ref Unsafe.Add(ref MemoryMarshal.GetReference(right), (nint)from * n);
            for (var column = 0; column < whole; column += ColumnSize)
                Block<TWidth, TVector>(ref a, ref Unsafe.Add(ref b, column), n, ref Unsafe.Add(ref c, column), n,
                    (m, Math.Min(ColumnSize, whole - column)), inner);
            if (whole < n)
                Rest(ref a, ref Unsafe.Add(ref b, whole), ref Unsafe.Add(ref c, whole), n, (m, n - whole), inner);
        }
    }

    private static void Guard(int length, long needed) => ArgumentOutOfRangeException.ThrowIfLessThan(length, needed);

    /// <summary>The last columns, by the narrowest tile that holds them.</summary>
    private static void Rest(ref float a, ref float b, ref float c, int stride, (int Rows, int Columns) size, InnerBlock inner)
    {
        if (size.Columns <= MatrixTile<Width128, Vector128<float>>.Columns)
            Rest<Width128, Vector128<float>>(ref a, ref b, ref c, stride, size, inner);
        else if (size.Columns <= MatrixTile<Width256, Vector256<float>>.Columns)
            Rest<Width256, Vector256<float>>(ref a, ref b, ref c, stride, size, inner);
        else
            Rest<Width512, Vector512<float>>(ref a, ref b, ref c, stride, size, inner);
    }

    private static void Rest<TWidth, TVector>(ref float a, ref float b, ref float c, int stride, (int Rows, int Columns) size,
        InnerBlock inner)
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
    {
        if (size.Columns == MatrixTile<TWidth, TVector>.Columns)
            Block<TWidth, TVector>(ref a, ref b, stride, ref c, stride, size, inner);
        else
            Padded<TWidth, TVector>(ref a, ref b, ref c, stride, size, inner);
    }

    /// <summary>Fewer columns than a tile's: copied, and filled up with zeros.</summary>
    private static void Padded<TWidth, TVector>(ref float a, ref float b, ref float c, int stride, (int Rows, int Columns) size,
        InnerBlock inner)
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
    {
        var width = MatrixTile<TWidth, TVector>.Columns;
        Span<float> panel = stackalloc float[inner.Count * width];
        panel.Clear();
        for (var p = 0; p < inner.Count; p++)
            Part(ref b, p, stride, size.Columns).CopyTo(panel[(p * width)..]);
        Span<float> block = stackalloc float[8 * width];
        for (int row = 0, rows; row < size.Rows; row += rows)
        {
            rows = MatrixTile<TWidth, TVector>.Rows(size.Rows - row);
            if (inner.Accumulate)
                for (var r = 0; r < rows; r++)
                    Part(ref c, row + r, stride, size.Columns).CopyTo(block[(r * width)..]);
            MatrixTile<TWidth, TVector>.Multiply(rows, ref Unsafe.Add(ref a, row * inner.RowStride), ref panel[0], width, ref block[0],
                width, inner);
            for (var r = 0; r < rows; r++)
                block.Slice(r * width, size.Columns).CopyTo(Part(ref c, row + r, stride, size.Columns));
        }
    }

    private static Span<float> Part(ref float matrix, int row, int stride, int columns) =>
        MemoryMarshal.CreateSpan(ref Unsafe.Add(ref matrix, (nint)row * stride), columns);

    private static void Block<TWidth, TVector>(ref float a, ref float b, nint bStride, ref float c, nint cStride,
        (int Rows, int Columns) size, InnerBlock inner)
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
    {
        for (int row = 0, rows; row < size.Rows; row += rows)
        {
            rows = MatrixTile<TWidth, TVector>.Rows(size.Rows - row);
            ref var line = ref Unsafe.Add(ref a, row * inner.RowStride);
            ref var result = ref Unsafe.Add(ref c, row * cStride);
            for (var column = 0; column < size.Columns; column += MatrixTile<TWidth, TVector>.Columns)
                MatrixTile<TWidth, TVector>.Multiply(rows, ref line, ref Unsafe.Add(ref b, column), bStride,
                    ref Unsafe.Add(ref result, column), cStride, inner);
        }
    }
}
