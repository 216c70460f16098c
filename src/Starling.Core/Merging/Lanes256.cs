using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Starling.Core.Merging;

/// <summary>
/// 256-bit vectors. The least and the greatest as x86 has them, the second operand unless the first is less, are just what is wanted.
/// </summary>
internal readonly unsafe struct Lanes256 : ILanes<Vector256<float>, Vector256<int>>
{
    public static int Count => Vector256<float>.Count;

    public static Vector256<float> Load(ref float first, nuint offset) => Vector256.LoadUnsafe(ref first, offset);

    public static void Store(Vector256<float> value, ref float first, nuint offset) => value.StoreUnsafe(ref first, offset);

    public static void StorePastCaches(Vector256<float> value, float* destination) => value.StoreAlignedNonTemporal(destination);

    public static Vector256<int> Load(ref int first, nuint offset) => Vector256.LoadUnsafe(ref first, offset);

    public static void Store(Vector256<int> value, ref int first, nuint offset) => value.StoreUnsafe(ref first, offset);

    public static Vector256<float> Splat(float value) => Vector256.Create(value);

    public static Vector256<int> Splat(int value) => Vector256.Create(value);

    public static Vector256<float> Add(Vector256<float> a, Vector256<float> b) => a + b;

    public static Vector256<float> Subtract(Vector256<float> a, Vector256<float> b) => a - b;

    public static Vector256<float> Abs(Vector256<float> value) => Vector256.Abs(value);

    public static Vector256<float> Multiply(Vector256<float> a, Vector256<float> b) => a * b;

    public static Vector256<float> Divide(Vector256<float> a, Vector256<float> b) => a / b;

    public static Vector256<float> Smaller(Vector256<float> a, Vector256<float> b) =>
        Avx.IsSupported ? Avx.Min(b, a) : Vector256.ConditionalSelect(Vector256.LessThan(b, a), b, a);

    public static Vector256<float> Larger(Vector256<float> a, Vector256<float> b) =>
        Avx.IsSupported ? Avx.Max(b, a) : Vector256.ConditionalSelect(Vector256.GreaterThan(b, a), b, a);

    public static Vector256<float> Midpoint(Vector256<float> a, Vector256<float> b)
    {
        var half = Vector256.Create(0.5f);
        var sum = a + b;
        var overflows = Vector256.Equals(Vector256.Abs(sum), Vector256.Create(float.PositiveInfinity));
        return Vector256.ConditionalSelect(overflows, (a * half) + (b * half), sum * half);
    }

    public static Vector256<int> ToKey(Vector256<float> value)
    {
        var bits = value.AsInt32();
        return bits ^ (Vector256.ShiftRightArithmetic(bits, 31) & Vector256.Create(int.MaxValue));
    }

    public static Vector256<float> FromKey(Vector256<int> key) =>
        (key ^ (Vector256.ShiftRightArithmetic(key, 31) & Vector256.Create(int.MaxValue))).AsSingle();

    public static Vector256<int> Add(Vector256<int> a, Vector256<int> b) => a + b;

    public static Vector256<int> Min(Vector256<int> a, Vector256<int> b) => Vector256.Min(a, b);

    public static Vector256<int> Max(Vector256<int> a, Vector256<int> b) => Vector256.Max(a, b);

    public static Vector256<int> SelectIfLess(Vector256<int> a, Vector256<int> b, Vector256<int> x, Vector256<int> y) =>
        Vector256.ConditionalSelect(Vector256.LessThan(a, b), x, y);
}
