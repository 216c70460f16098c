using System.Numerics;
using System.Runtime.Intrinsics;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Merging;
using Starling.Core.Models;

// Merges seeded states with every rule and prints the machine's vectors and the results' digests. A test starts it with vectors switched off.
Console.WriteLine($"Vector {8 * Vector<byte>.Count}");
Console.WriteLine($"Vector128 {Vector128.IsHardwareAccelerated}");
Console.WriteLine($"Vector256 {Vector256.IsHardwareAccelerated}");
Console.WriteLine($"Vector512 {Vector512.IsHardwareAccelerated}");
foreach (var rule in MergeRules.Standard.All)
    foreach (var peers in new[] { 1, 2, 3, 4, 7, 10 })
        foreach (var equalWeights in new[] { true, false })
            Console.WriteLine($"digest {rule.Name} {peers} {equalWeights} {Merge(rule, peers, equalWeights)}");

static Digest Merge(IMergeRule rule, int peers, bool equalWeights)
{
    var random = new SeededRandom(42).Fork($"{peers} {equalWeights}");
    var schema = new ModelSchema([new TensorSpec("w", 5_003), new TensorSpec("steps", ElementType.I32, [3])]);
    var states = new List<(ModelState, long)>();
    for (var peer = 0; peer < peers; peer++)
    {
        var state = new ModelState(schema);
        foreach (ref var value in state.Values.AsSpan())
            value = random.Next(50) switch
            {
                0 => 0f,
                1 => -0f,
                2 when equalWeights => float.MaxValue,
                3 => float.Epsilon * random.Next(5),
                4 => 1f,
                _ => (float)(((2 * random.NextDouble()) - 1) * Math.ScaleB(1, random.Next(20) - 10)),
            };
        foreach (ref var value in state.Integers[0].Values.AsSpan())
            value = random.Next(1000) - 500;
        states.Add((state, equalWeights ? 7 : 1 + random.Next(1_000_000)));
    }

    var merged = Merger.Merge(rule, states, integers: IntegerPolicy.Average);
    return merged.State is null ? throw new InvalidOperationException(merged.Fault!.ToString()) : Digest.Of(Safetensors.Write(merged.State));
}
