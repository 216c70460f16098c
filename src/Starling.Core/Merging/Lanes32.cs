using System.Runtime.CompilerServices;

namespace Starling.Core.Merging;

/// <summary>One lane: for the tail that fills no vector, and for machines without vectors.</summary>
internal readonly unsafe struct Lanes32 : ILanes<float, int>
{
    public static int Count => 1;

    public static float Load(ref float first, nuint offset) => Unsafe.Add(ref first, offset);

    public static void Store(float value, ref float first, nuint offset) => Unsafe.Add(ref first, offset) = value;

    public static void StorePastCaches(float value, float* destination) => *destination = value;

    public static int Load(ref int first, nuint offset) => Unsafe.Add(ref first, offset);

    public static void Store(int value, ref int first, nuint offset) => Unsafe.Add(ref first, offset) = value;

    public static float Splat(float value) => value;

    public static int Splat(int value) => value;

    public static float Add(float a, float b) => a + b;

    public static float Subtract(float a, float b) => a - b;

    public static float Abs(float value) => Math.Abs(value);

    public static float Multiply(float a, float b) => a * b;

    public static float Divide(float a, float b) => a / b;

    public static float Smaller(float a, float b) => b < a ? b : a;

    public static float Larger(float a, float b) => b > a ? b : a;

    public static float Midpoint(float a, float b)
    {
        var sum = a + b;
        return float.IsInfinity(sum) ? (a * 0.5f) + (b * 0.5f) : sum * 0.5f;
    }

    public static int ToKey(float value)
    {
        var bits = BitConverter.SingleToInt32Bits(value);
        return bits ^ ((bits >> 31) & int.MaxValue);
    }

    public static float FromKey(int key) => BitConverter.Int32BitsToSingle(key ^ ((key >> 31) & int.MaxValue));

    public static int Add(int a, int b) => a + b;

    public static int Min(int a, int b) => Math.Min(a, b);

    public static int Max(int a, int b) => Math.Max(a, b);

    public static int SelectIfLess(int a, int b, int x, int y) => a < b ? x : y;
}
