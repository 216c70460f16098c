using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Starling.Learning.Networks;

/// <summary>
/// Dense float32 matrix product. Blocks of 4 rows by 2 vectors are kept in registers, and the inner dimension is cut so that a panel of the right
/// matrix stays in the first-level cache. The order of the sums is fixed for a given vector width.
/// </summary>
internal static class MatrixProduct
{
    private const int InnerBlock = 256;
    private static readonly int PanelWidth = 2 * Vector<float>.Count;

    /// <summary>
    /// Writes <c>A B</c> to <paramref name="result"/>: m x n from m x k and k x n. A's element (i, p) lies at <c>i * rowStride + p * columnStride</c>, so a
    /// transposed A costs nothing; B and the result are row-major and n wide.
    /// </summary>
    public static void Multiply(
        ReadOnlySpan<float> left, int rowStride, int columnStride, ReadOnlySpan<float> right, Span<float> result, (int M, int N, int K) size)
    {
        var (m, n, k) = size;
        Guard(left.Length, 1 + ((m - 1) * rowStride) + ((k - 1) * columnStride));
        Guard(right.Length, k * n);
        Guard(result.Length, m * n);
        ref var b = ref MemoryMarshal.GetReference(right);
        ref var c = ref MemoryMarshal.GetReference(result);
        for (var from = 0; from < k; from += InnerBlock)
        {
            var inner = new Inner(rowStride, columnStride, Math.Min(InnerBlock, k - from), from > 0);
            ref var a = ref Unsafe.Add(ref MemoryMarshal.GetReference(left), from * columnStride);
            ref var block = ref Unsafe.Add(ref b, from * n);
            var column = 0;
            for (; column + PanelWidth <= n; column += PanelWidth)
                Panel(ref a, ref Unsafe.Add(ref block, column), n, ref Unsafe.Add(ref c, column), n, m, inner);
            if (column < n)
                Tail(ref a, ref Unsafe.Add(ref block, column), n, ref Unsafe.Add(ref c, column), n - column, m, inner);
        }
    }

    private static void Guard(int length, int needed) => ArgumentOutOfRangeException.ThrowIfLessThan(length, needed);

    /// <summary>The last columns, fewer than a panel: copied into a panel filled up with zeros.</summary>
    private static void Tail(ref float a, ref float b, int stride, ref float c, int width, int m, Inner inner)
    {
        Span<float> panel = stackalloc float[InnerBlock * PanelWidth];
        panel = panel[..(inner.Count * PanelWidth)];
        panel.Clear();
        for (var p = 0; p < inner.Count; p++)
            MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref b, p * stride), width).CopyTo(panel[(p * PanelWidth)..]);
        Span<float> block = stackalloc float[4 * PanelWidth];
        for (var row = 0; row < m; row += 4)
        {
            var rows = Math.Min(4, m - row);
            block.Clear();
            if (inner.Accumulate)
                for (var r = 0; r < rows; r++)
                    MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref c, (row + r) * stride), width).CopyTo(block[(r * PanelWidth)..]);
            Panel(ref Unsafe.Add(ref a, row * inner.RowStride), ref panel[0], PanelWidth, ref block[0], PanelWidth, rows, inner);
            for (var r = 0; r < rows; r++)
                block.Slice(r * PanelWidth, width).CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref c, (row + r) * stride), width));
        }
    }

    private static void Panel(ref float a, ref float b, int bStride, ref float c, int cStride, int m, Inner inner)
    {
        var row = 0;
        for (; row + 4 <= m; row += 4)
            FourRows(ref Unsafe.Add(ref a, row * inner.RowStride), ref b, bStride, ref Unsafe.Add(ref c, row * cStride), cStride, inner);
        for (; row < m; row++)
            OneRow(ref Unsafe.Add(ref a, row * inner.RowStride), ref b, bStride, ref Unsafe.Add(ref c, row * cStride), inner);
    }

    private static void FourRows(ref float a, ref float b, int bStride, ref float c, int cStride, Inner inner)
    {
        ref var c1 = ref Unsafe.Add(ref c, cStride);
        ref var c2 = ref Unsafe.Add(ref c1, cStride);
        ref var c3 = ref Unsafe.Add(ref c2, cStride);
        Vector<float> s00 = default, s01 = default, s10 = default, s11 = default, s20 = default, s21 = default, s30 = default, s31 = default;
        if (inner.Accumulate)
        {
            (s00, s01) = (Load(ref c, 0), Load(ref c, 1));
            (s10, s11) = (Load(ref c1, 0), Load(ref c1, 1));
            (s20, s21) = (Load(ref c2, 0), Load(ref c2, 1));
            (s30, s31) = (Load(ref c3, 0), Load(ref c3, 1));
        }

        ref var a1 = ref Unsafe.Add(ref a, inner.RowStride);
        ref var a2 = ref Unsafe.Add(ref a1, inner.RowStride);
        ref var a3 = ref Unsafe.Add(ref a2, inner.RowStride);
        nint at = 0, bt = 0;
        for (var p = 0; p < inner.Count; p++, at += inner.ColumnStride, bt += bStride)
        {
            ref var line = ref Unsafe.Add(ref b, bt);
            var (b0, b1) = (Load(ref line, 0), Load(ref line, 1));
            var x = new Vector<float>(Unsafe.Add(ref a, at));
            (s00, s01) = (Vector.FusedMultiplyAdd(x, b0, s00), Vector.FusedMultiplyAdd(x, b1, s01));
            x = new Vector<float>(Unsafe.Add(ref a1, at));
            (s10, s11) = (Vector.FusedMultiplyAdd(x, b0, s10), Vector.FusedMultiplyAdd(x, b1, s11));
            x = new Vector<float>(Unsafe.Add(ref a2, at));
            (s20, s21) = (Vector.FusedMultiplyAdd(x, b0, s20), Vector.FusedMultiplyAdd(x, b1, s21));
            x = new Vector<float>(Unsafe.Add(ref a3, at));
            (s30, s31) = (Vector.FusedMultiplyAdd(x, b0, s30), Vector.FusedMultiplyAdd(x, b1, s31));
        }

        Store(ref c, s00, s01);
        Store(ref c1, s10, s11);
        Store(ref c2, s20, s21);
        Store(ref c3, s30, s31);
    }

    private static void OneRow(ref float a, ref float b, int bStride, ref float c, Inner inner)
    {
        var (s0, s1) = inner.Accumulate ? (Load(ref c, 0), Load(ref c, 1)) : (default, default);
        nint at = 0, bt = 0;
        for (var p = 0; p < inner.Count; p++, at += inner.ColumnStride, bt += bStride)
        {
            ref var line = ref Unsafe.Add(ref b, bt);
            var x = new Vector<float>(Unsafe.Add(ref a, at));
            (s0, s1) = (Vector.FusedMultiplyAdd(x, Load(ref line, 0), s0), Vector.FusedMultiplyAdd(x, Load(ref line, 1), s1));
        }

        Store(ref c, s0, s1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Load(ref float at, int vector) => Vector.LoadUnsafe(ref at, (nuint)(vector * Vector<float>.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(ref float at, Vector<float> first, Vector<float> second)
    {
        first.StoreUnsafe(ref at);
        second.StoreUnsafe(ref at, (nuint)Vector<float>.Count);
    }

    /// <summary>A's strides, the part of the inner dimension at hand, and whether it adds to what stands in the result.</summary>
    private readonly record struct Inner(int RowStride, int ColumnStride, int Count, bool Accumulate);
}
