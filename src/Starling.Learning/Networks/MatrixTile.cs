using System.Runtime.CompilerServices;

namespace Starling.Learning.Networks;

/// <summary>
/// The innermost part of a matrix product: some rows by two vectors of columns, whose sums stay in registers. Each element of the result is
/// one chain of fused multiply-adds along the inner dimension, so neither the width nor the number of rows changes a bit.
/// </summary>
internal static class MatrixTile<TWidth, TVector>
    where TWidth : struct, IVectorWidth<TVector>
    where TVector : struct
{
    /// <summary>Columns that a tile covers.</summary>
    public static int Columns => 2 * TWidth.Count;

    /// <summary>
    /// The most rows of a tile: as many as their sums fit the registers, which are 32 where vectors have 16 floats and may be 16 elsewhere.
    /// </summary>
    private static int MostRows => TWidth.Count == 16 ? 8 : 4;

    /// <summary>The rows that the next tile covers, if so many are left.</summary>
    public static int Rows(int left) => left >= MostRows ? MostRows : left >= 4 ? 4 : 1;

    /// <summary>Computes a tile.</summary>
    /// <param name="rows">8, 4 or 1.</param>
    /// <param name="a">The first row's first element in the left matrix.</param>
    /// <param name="b">The first element of the columns in the right matrix.</param>
    /// <param name="bStride">From one row of the right matrix to the next.</param>
    /// <param name="c">The first element of the result.</param>
    /// <param name="cStride">From one row of the result to the next.</param>
    /// <param name="inner">The inner dimension.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply(int rows, ref float a, ref float b, nint bStride, ref float c, nint cStride, InnerBlock inner)
    {
        if (rows == 8)
            EightRows(ref a, ref b, bStride, ref c, cStride, inner);
        else if (rows == 4)
            FourRows(ref a, ref b, bStride, ref c, cStride, inner);
        else
            OneRow(ref a, ref b, bStride, ref c, inner);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EightRows(ref float a, ref float b, nint bStride, ref float c, nint cStride, InnerBlock inner)
    {
        ref var c1 = ref Unsafe.Add(ref c, cStride);
        ref var c2 = ref Unsafe.Add(ref c1, cStride);
        ref var c3 = ref Unsafe.Add(ref c2, cStride);
        ref var c4 = ref Unsafe.Add(ref c3, cStride);
        ref var c5 = ref Unsafe.Add(ref c4, cStride);
        ref var c6 = ref Unsafe.Add(ref c5, cStride);
        ref var c7 = ref Unsafe.Add(ref c6, cStride);
        ref var a1 = ref Unsafe.Add(ref a, inner.RowStride);
        ref var a2 = ref Unsafe.Add(ref a1, inner.RowStride);
        ref var a3 = ref Unsafe.Add(ref a2, inner.RowStride);
        ref var a4 = ref Unsafe.Add(ref a3, inner.RowStride);
        ref var a5 = ref Unsafe.Add(ref a4, inner.RowStride);
        ref var a6 = ref Unsafe.Add(ref a5, inner.RowStride);
        ref var a7 = ref Unsafe.Add(ref a6, inner.RowStride);
        TVector s00 = default, s01 = default, s10 = default, s11 = default, s20 = default, s21 = default, s30 = default, s31 = default;
        TVector s40 = default, s41 = default, s50 = default, s51 = default, s60 = default, s61 = default, s70 = default, s71 = default;
        if (inner.Accumulate)
        {
            (s00, s01) = (TWidth.Load(ref c), Second(ref c));
            (s10, s11) = (TWidth.Load(ref c1), Second(ref c1));
            (s20, s21) = (TWidth.Load(ref c2), Second(ref c2));
            (s30, s31) = (TWidth.Load(ref c3), Second(ref c3));
            (s40, s41) = (TWidth.Load(ref c4), Second(ref c4));
            (s50, s51) = (TWidth.Load(ref c5), Second(ref c5));
            (s60, s61) = (TWidth.Load(ref c6), Second(ref c6));
            (s70, s71) = (TWidth.Load(ref c7), Second(ref c7));
        }

        nint at = 0, from = 0;
        for (var p = 0; p < inner.Count; p++, at += inner.ColumnStride, from += bStride)
        {
            ref var line = ref Unsafe.Add(ref b, from);
            var (b0, b1) = (TWidth.Load(ref line), Second(ref line));
            var x = TWidth.Fill(Unsafe.Add(ref a, at));
            (s00, s01) = (TWidth.MultiplyAdd(x, b0, s00), TWidth.MultiplyAdd(x, b1, s01));
            x = TWidth.Fill(Unsafe.Add(ref a1, at));
            (s10, s11) = (TWidth.MultiplyAdd(x, b0, s10), TWidth.MultiplyAdd(x, b1, s11));
            x = TWidth.Fill(Unsafe.Add(ref a2, at));
            (s20, s21) = (TWidth.MultiplyAdd(x, b0, s20), TWidth.MultiplyAdd(x, b1, s21));
            x = TWidth.Fill(Unsafe.Add(ref a3, at));
            (s30, s31) = (TWidth.MultiplyAdd(x, b0, s30), TWidth.MultiplyAdd(x, b1, s31));
            x = TWidth.Fill(Unsafe.Add(ref a4, at));
            (s40, s41) = (TWidth.MultiplyAdd(x, b0, s40), TWidth.MultiplyAdd(x, b1, s41));
            x = TWidth.Fill(Unsafe.Add(ref a5, at));
            (s50, s51) = (TWidth.MultiplyAdd(x, b0, s50), TWidth.MultiplyAdd(x, b1, s51));
            x = TWidth.Fill(Unsafe.Add(ref a6, at));
            (s60, s61) = (TWidth.MultiplyAdd(x, b0, s60), TWidth.MultiplyAdd(x, b1, s61));
            x = TWidth.Fill(Unsafe.Add(ref a7, at));
            (s70, s71) = (TWidth.MultiplyAdd(x, b0, s70), TWidth.MultiplyAdd(x, b1, s71));
        }

        Store(ref c, s00, s01);
        Store(ref c1, s10, s11);
        Store(ref c2, s20, s21);
        Store(ref c3, s30, s31);
        Store(ref c4, s40, s41);
        Store(ref c5, s50, s51);
        Store(ref c6, s60, s61);
        Store(ref c7, s70, s71);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourRows(ref float a, ref float b, nint bStride, ref float c, nint cStride, InnerBlock inner)
    {
        ref var c1 = ref Unsafe.Add(ref c, cStride);
        ref var c2 = ref Unsafe.Add(ref c1, cStride);
        ref var c3 = ref Unsafe.Add(ref c2, cStride);
        ref var a1 = ref Unsafe.Add(ref a, inner.RowStride);
        ref var a2 = ref Unsafe.Add(ref a1, inner.RowStride);
        ref var a3 = ref Unsafe.Add(ref a2, inner.RowStride);
        TVector s00 = default, s01 = default, s10 = default, s11 = default, s20 = default, s21 = default, s30 = default, s31 = default;
        if (inner.Accumulate)
        {
            (s00, s01) = (TWidth.Load(ref c), Second(ref c));
            (s10, s11) = (TWidth.Load(ref c1), Second(ref c1));
            (s20, s21) = (TWidth.Load(ref c2), Second(ref c2));
            (s30, s31) = (TWidth.Load(ref c3), Second(ref c3));
        }

        nint at = 0, from = 0;
        for (var p = 0; p < inner.Count; p++, at += inner.ColumnStride, from += bStride)
        {
            ref var line = ref Unsafe.Add(ref b, from);
            var (b0, b1) = (TWidth.Load(ref line), Second(ref line));
            var x = TWidth.Fill(Unsafe.Add(ref a, at));
            (s00, s01) = (TWidth.MultiplyAdd(x, b0, s00), TWidth.MultiplyAdd(x, b1, s01));
            x = TWidth.Fill(Unsafe.Add(ref a1, at));
            (s10, s11) = (TWidth.MultiplyAdd(x, b0, s10), TWidth.MultiplyAdd(x, b1, s11));
            x = TWidth.Fill(Unsafe.Add(ref a2, at));
            (s20, s21) = (TWidth.MultiplyAdd(x, b0, s20), TWidth.MultiplyAdd(x, b1, s21));
            x = TWidth.Fill(Unsafe.Add(ref a3, at));
            (s30, s31) = (TWidth.MultiplyAdd(x, b0, s30), TWidth.MultiplyAdd(x, b1, s31));
        }

        Store(ref c, s00, s01);
        Store(ref c1, s10, s11);
        Store(ref c2, s20, s21);
        Store(ref c3, s30, s31);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OneRow(ref float a, ref float b, nint bStride, ref float c, InnerBlock inner)
    {
        var (s00, s01) = inner.Accumulate ? (TWidth.Load(ref c), Second(ref c)) : (default, default);
        nint at = 0, from = 0;
        for (var p = 0; p < inner.Count; p++, at += inner.ColumnStride, from += bStride)
        {
            ref var line = ref Unsafe.Add(ref b, from);
            var (b0, b1) = (TWidth.Load(ref line), Second(ref line));
            var x = TWidth.Fill(Unsafe.Add(ref a, at));
            (s00, s01) = (TWidth.MultiplyAdd(x, b0, s00), TWidth.MultiplyAdd(x, b1, s01));
        }

        Store(ref c, s00, s01);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Second(ref float at) => TWidth.Load(ref Unsafe.Add(ref at, TWidth.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(ref float at, TVector first, TVector second)
    {
        TWidth.Store(first, ref at);
        TWidth.Store(second, ref Unsafe.Add(ref at, TWidth.Count));
    }
}
