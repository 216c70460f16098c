using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Starling.Core.Merging;

/// <summary>
/// 128-bit vectors. The least and the greatest as x86 has them, the second operand unless the first is less, are just what is wanted.
/// </summary>
internal readonly unsafe struct Lanes128 : ILanes<Vector128<float>, Vector128<int>>
{
    public static int Count => Vector128<float>.Count;

    public static Vector128<float> Load(ref float first, nuint offset) => Vector128.LoadUnsafe(ref first, offset);

    public static void Store(Vector128<float> value, ref float first, nuint offset) => value.StoreUnsafe(ref first, offset);

    public static void StorePastCaches(Vector128<float> value, float* destination) => value.StoreAlignedNonTemporal(destination);

    public static Vector128<int> Load(ref int first, nuint offset) => Vector128.LoadUnsafe(ref first, offset);

    public static void Store(Vector128<int> value, ref int first, nuint offset) => value.StoreUnsafe(ref first, offset);

    public static Vector128<float> Splat(float value) => Vector128.Create(value);

    public static Vector128<int> Splat(int value) => Vector128.Create(value);

    public static Vector128<float> Add(Vector128<float> a, Vector128<float> b) => a + b;

    public static Vector128<float> Subtract(Vector128<float> a, Vector128<float> b) => a - b;

    public static Vector128<float> Abs(Vector128<float> value) => Vector128.Abs(value);

    public static Vector128<float> Multiply(Vector128<float> a, Vector128<float> b) => a * b;

    public static Vector128<float> Divide(Vector128<float> a, Vector128<float> b) => a / b;

    public static Vector128<float> Smaller(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.Min(b, a) : Vector128.ConditionalSelect(Vector128.LessThan(b, a), b, a);

    public static Vector128<float> Larger(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.Max(b, a) : Vector128.ConditionalSelect(Vector128.GreaterThan(b, a), b, a);

    public static Vector128<float> Midpoint(Vector128<float> a, Vector128<float> b)
    {
        var half = Vector128.Create(0.5f);
        var sum = a + b;
        var overflows = Vector128.Equals(Vector128.Abs(sum), Vector128.Create(float.PositiveInfinity));
        return Vector128.ConditionalSelect(overflows, (a * half) + (b * half), sum * half);
    }

    public static Vector128<int> ToKey(Vector128<float> value)
    {
        var bits = value.AsInt32();
        return bits ^ (Vector128.ShiftRightArithmetic(bits, 31) & Vector128.Create(int.MaxValue));
    }

    public static Vector128<float> FromKey(Vector128<int> key) =>
        (key ^ (Vector128.ShiftRightArithmetic(key, 31) & Vector128.Create(int.MaxValue))).AsSingle();

    public static Vector128<int> Add(Vector128<int> a, Vector128<int> b) => a + b;

    public static Vector128<int> Min(Vector128<int> a, Vector128<int> b) => Vector128.Min(a, b);

    public static Vector128<int> Max(Vector128<int> a, Vector128<int> b) => Vector128.Max(a, b);

    public static Vector128<int> SelectIfLess(Vector128<int> a, Vector128<int> b, Vector128<int> x, Vector128<int> y) =>
        Vector128.ConditionalSelect(Vector128.LessThan(a, b), x, y);
}
