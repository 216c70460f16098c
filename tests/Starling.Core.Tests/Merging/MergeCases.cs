using Starling.Core.Kernel;
using Starling.Core.Merging;
using Starling.Core.Models;

namespace Starling.Core.Tests.Merging;

/// <summary>Seeded states and weights for the tests of merge rules.</summary>
internal static class MergeCases
{
    internal static ModelState State(params float[] values) => new(Schema(values.Length), values, []);

    internal static ModelSchema Schema(int elements) => new([new TensorSpec("w", elements)]);

    internal static (ModelState State, long Weight)[] Random(ulong seed, int peers, int elements, bool weighted)
    {
        var random = new SeededRandom(seed);
        var states = new (ModelState, long)[peers];
        for (var peer = 0; peer < peers; peer++)
        {
            var values = new float[elements];
            for (var i = 0; i < elements; i++)
                values[i] = random.Next(20) switch
                {
                    0 => 0f,
                    1 => -0f,
                    2 => float.Epsilon * random.Next(9),
                    3 => 1,
                    _ => (float)(((2 * random.NextDouble()) - 1) * Math.ScaleB(1, random.Next(16) - 8)),
                };
            states[peer] = (State(values), weighted ? 1 + random.Next(random.Chance(0.5) ? 4 : 1_000_000) : 5);
        }

        return states;
    }

    internal static float[] Merge(IMergeRule rule, IEnumerable<(ModelState State, long Weight)> states)
    {
        var result = Merger.Merge(rule, states);
        Assert.Null(result.Fault);
        return result.State!.Values;
    }

    internal static int[] Bits(IEnumerable<float> values) => [.. values.Select(BitConverter.SingleToInt32Bits)];
}
