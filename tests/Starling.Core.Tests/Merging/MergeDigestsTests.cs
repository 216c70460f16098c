using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Text;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Merging;
using Starling.Core.Models;

namespace Starling.Core.Tests.Merging;

/// <summary>
/// Pins the bits of seeded merges for every machine. <see cref="MergeWidthTests"/> runs this class in processes with vectors switched off.
/// </summary>
public sealed class MergeDigestsTests
{
    /// <summary>The environment variable with the <see cref="Widths"/> that a process has to have.</summary>
    internal const string ExpectedWidths = "STARLING_EXPECTED_WIDTHS";

    /// <summary>The environment variable with the <see cref="MathLibrary"/> that a process must not have.</summary>
    internal const string OtherMathLibrary = "STARLING_OTHER_MATH_LIBRARY";

    /// <summary>Bits that the C library's functions give, which differ with the instructions that it uses.</summary>
    internal static string MathLibrary =>
        $"{Enumerable.Range(1, 20_000).Aggregate(0L, (bits, i) => (bits * 31) ^ BitConverter.DoubleToInt64Bits(Math.Exp(i * 1e-4) + Math.Sin(i * 1e-3)))}";

    /// <summary>What the machine and its settings give this process.</summary>
    internal static string Widths =>
        $"Vector={8 * Vector<byte>.Count} 128={Vector128.IsHardwareAccelerated} 256={Vector256.IsHardwareAccelerated} 512={Vector512.IsHardwareAccelerated}";

    [Fact]
    public void Seeded_merges_have_the_pinned_digests()
    {
        if (Environment.GetEnvironmentVariable(ExpectedWidths) is { } widths)
            Assert.Equal(widths, Widths);
        if (Environment.GetEnvironmentVariable(OtherMathLibrary) is { } library)
            Assert.NotEqual(library, MathLibrary);
        var digests = new StringBuilder();
        foreach (var rule in MergeRules.Standard.All)
            foreach (var peers in new[] { 1, 2, 3, 4, 7, 10 }.Where(peers => peers >= rule.LeastCount(MergeParameters.DefaultsOf(rule))))
                foreach (var equalWeights in new[] { true, false })
                    digests.Append($"{rule.Name} {peers} {(equalWeights ? "equal" : "weighted")} {Merge(rule, peers, equalWeights)}\n");
        Assert.Equal(File.ReadAllText(Path.Combine(Root(), "testdata", "merge-digests.txt")), digests.ToString());
    }

    private static Digest Merge(IMergeRule rule, int peers, bool equalWeights)
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
            for (var i = 0; i < state.Integers[0].Spec.Count; i++)
                state.Integers[0].Write(i, random.Next(1000) - 500);
            states.Add((state, equalWeights ? 7 : 1 + random.Next(1_000_000)));
        }

        return Digest.Of(Safetensors.Write(Merger.Merge(rule, states, integers: IntegerPolicy.Average).State!));
    }

    private static string Root([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
