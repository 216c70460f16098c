using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Starling.Core.Identity;

namespace Starling.Core.Kernel;

/// <summary>
/// The platform's one generator: xoshiro256** (Blackman and Vigna, 2018) seeded through SplitMix64, the same on every machine and in
/// every version of .NET. Every component takes a <see cref="Fork"/> of its own, so that one more draw in one place moves no other.
/// </summary>
public sealed class SeededRandom
{
    private ulong s0, s1, s2, s3;

    /// <summary>Starts a stream.</summary>
    public SeededRandom(ulong seed)
    {
        s0 = SplitMix(ref seed);
        s1 = SplitMix(ref seed);
        s2 = SplitMix(ref seed);
        s3 = SplitMix(ref seed);
    }

    /// <summary>How many bytes a stream takes that nobody can foresee.</summary>
    public const int EntropyBytes = Digest.Size;

    /// <summary>A stream from secret bytes.</summary>
    /// <param name="entropy"><see cref="EntropyBytes"/> of them.</param>
    public static SeededRandom FromEntropy(ReadOnlySpan<byte> entropy) => new(new Digest(entropy));

    private SeededRandom(Digest digest)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        digest.CopyTo(bytes);
        s0 = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        s1 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        s2 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]);
        s3 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]) | 1;
    }

    /// <summary>An independent stream for a named component. Depends on this stream's state and the name; draws nothing from it.</summary>
    public SeededRandom Fork(string component)
    {
        var name = Encoding.UTF8.GetBytes(component);
        var bytes = new byte[32 + name.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, s0);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), s1);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(16), s2);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(24), s3);
        name.CopyTo(bytes, 32);
        return new SeededRandom(Digest.Of(bytes));
    }

    /// <summary>The next 64 bits.</summary>
    public ulong NextUInt64()
    {
        var result = BitOperations.RotateLeft(s1 * 5, 7) * 9;
        var t = s1 << 17;
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= t;
        s3 = BitOperations.RotateLeft(s3, 45);
        return result;
    }

    /// <summary>A whole number from 0 up to but not including <paramref name="bound"/>, without bias (Lemire, 2019).</summary>
    public int Next(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        var threshold = (uint)(-bound) % (uint)bound;
        while (true)
        {
            var product = (ulong)(uint)(NextUInt64() >> 32) * (uint)bound;
            if ((uint)product >= threshold)
                return (int)(product >> 32);
        }
    }

    /// <summary>A number in [0, 1), a multiple of 2^-53.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>True with the given probability, from 0 to 1. Always draws once.</summary>
    public bool Chance(double probability) => NextDouble() < probability;

    /// <summary>A span of time, uniform between the two.</summary>
    public TimeSpan Between(TimeSpan least, TimeSpan most) => new(least.Ticks + (long)((most.Ticks - least.Ticks) * NextDouble()));

    /// <summary>A normal deviate of mean 0 and variance 1 (Marsaglia's polar method).</summary>
    public double NextNormal()
    {
        while (true)
        {
            var u = (2 * NextDouble()) - 1;
            var v = (2 * NextDouble()) - 1;
            var s = (u * u) + (v * v);
            if (s is > 0 and < 1)
                return u * Math.Sqrt(-2 * Math.Log(s) / s);
        }
    }

    /// <summary>Puts the items in random order (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = Next(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private static ulong SplitMix(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        var z = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
