using Starling.Core.Canonical;

namespace Starling.Simulation.Exploration;

/// <summary>
/// What matters of a state, or of a part of it, as words. Members are written as a set of bits, by their places, so that the words can be
/// read under any order of the members without looking at the state again.
/// </summary>
internal sealed class KernelWords
{
    private readonly List<(ulong Value, Kind Kind)> words = [];

    private enum Kind
    {
        Number,
        Members,
        Sets,
    }

    /// <summary>How a set of members reads under an order of them: index by the set.</summary>
    /// <param name="order">The places, in their new order.</param>
    public static int[] Permutation(int[] order) => [.. Enumerable.Range(0, 1 << order.Length).Select(members =>
        Enumerable.Range(0, order.Length).Where(i => (members & (1 << order[i])) != 0).Sum(i => 1 << i))];

    /// <summary>Adds a number; the same under any order.</summary>
    public KernelWords Number(long value) => Add((ulong)value, Kind.Number);

    /// <summary>Adds a truth value.</summary>
    public KernelWords Bit(bool value) => Number(value ? 1 : 0);

    /// <summary>Adds a set of members, a bit each.</summary>
    public KernelWords Members(int members) => Add((ulong)members, Kind.Members);

    /// <summary>Adds a set of sets of members: bit N stands for the set N. Six members have 64 sets.</summary>
    public KernelWords Sets(ulong sets) => Add(sets, Kind.Sets);

    /// <summary>Writes the words as they read under an order.</summary>
    public void WriteTo(CanonicalWriter writer, int[] permutation)
    {
        foreach (var (value, kind) in words)
            writer.Int64((long)(kind switch
            {
                Kind.Members => (ulong)permutation[value],
                Kind.Sets => Permuted(value, permutation),
                _ => value,
            }));
    }

    private static ulong Permuted(ulong sets, int[] permutation)
    {
        var permuted = 0UL;
        for (var rest = sets; rest != 0; rest &= rest - 1)
            permuted |= 1UL << permutation[System.Numerics.BitOperations.TrailingZeroCount(rest)];
        return permuted;
    }

    private KernelWords Add(ulong value, Kind kind)
    {
        words.Add((value, kind));
        return this;
    }
}
