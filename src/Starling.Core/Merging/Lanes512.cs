using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Starling.Core.Merging;

/// <summary>
/// 512-bit vectors. The least and the greatest as x86 has them, the second operand unless the first is less, are just what is wanted.
/// </summary>
internal readonly unsafe struct Lanes512 : ILanes<Vector512<float>, Vector512<int>>
{
    public static int Count => Vector512<float>.Count;

    public static Vector512<float> Load(ref float first, nuint offset) => Vector512.LoadUnsafe(ref first, offset);

    public static void Store(Vector512<float> value, ref float first, nuint offset) => value.StoreUnsafe(ref first, offset);

    public static void StorePastCaches(Vector512<float> value, float* destination) => value.StoreAlignedNonTemporal(destination);

    public static Vector512<int> Load(ref int first, nuint offset) => Vector512.LoadUnsafe(ref first, offset);

    public static void Store(Vector512<int> value, ref int first, nuint offset) => value.StoreUnsafe(ref first, offset);

    public static Vector512<float> Splat(float value) => Vector512.Create(value);

    public static Vector512<int> Splat(int value) => Vector512.Create(value);

    public static Vector512<float> Add(Vector512<float> a, Vector512<float> b) => a + b;

    public static Vector512<float> Subtract(Vector512<float> a, Vector512<float> b) => a - b;

    public static Vector512<float> Abs(Vector512<float> value) => Vector512.Abs(value);

    public static Vector512<float> Multiply(Vector512<float> a, Vector512<float> b) => a * b;

    public static Vector512<float> Divide(Vector512<float> a, Vector512<float> b) => a / b;

    public static Vector512<float> Smaller(Vector512<float> a, Vector512<float> b) =>
        Avx512F.IsSupported ? Avx512F.Min(b, a) : Vector512.ConditionalSelect(Vector512.LessThan(b, a), b, a);

    public static Vector512<float> Larger(Vector512<float> a, Vector512<float> b) =>
        Avx512F.IsSupported ? Avx512F.Max(b, a) : Vector512.ConditionalSelect(Vector512.GreaterThan(b, a), b, a);

    public static Vector512<float> Midpoint(Vector512<float> a, Vector512<float> b)
    {
        var half = Vector512.Create(0.5f);
        var sum = a + b;
        var overflows = Vector512.Equals(Vector512.Abs(sum), Vector512.Create(float.PositiveInfinity));
        return Vector512.ConditionalSelect(overflows, (a * half) + (b * half), sum * half);
    }

    public static Vector512<int> ToKey(Vector512<float> value)
    {
        var bits = value.AsInt32();
        return bits ^ (Vector512.ShiftRightArithmetic(bits, 31) & Vector512.Create(int.MaxValue));
    }

    public static Vector512<float> FromKey(Vector512<int> key) =>
        (key ^ (Vector512.ShiftRightArithmetic(key, 31) & Vector512.Create(int.MaxValue))).AsSingle();

    public static Vector512<int> Add(Vector512<int> a, Vector512<int> b) => a + b;

    public static Vector512<int> Min(Vector512<int> a, Vector512<int> b) => Vector512.Min(a, b);

    public static Vector512<int> Max(Vector512<int> a, Vector512<int> b) => Vector512.Max(a, b);

    public static Vector512<int> SelectIfLess(Vector512<int> a, Vector512<int> b, Vector512<int> x, Vector512<int> y) =>
        Vector512.ConditionalSelect(Vector512.LessThan(a, b), x, y);
}
