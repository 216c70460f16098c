using Starling.Core.Kernel;
using Starling.Core.Merging;
using Starling.Core.Models;

namespace Starling.Core.Tests.Merging;

/// <summary>
/// Late in training the honest states differ by far less than their length: here by 1e-4 a coordinate at norms near 3,000. Rules that look
/// at distances have to tell an attacker from them still. The last test shows that the data is hard enough: the usual float32 formula for
/// distances, from norms and inner products, chooses attackers on it.
/// </summary>
public sealed class NearbyStatesTests
{
    private const int Trials = 12;
    private const int Honest = 8;
    private const int Attackers = 2;

    [Theory]
    [InlineData(10)]
    [InlineData(30)]
    public void No_rule_prefers_an_attacker(int spread) => Assert.Equal(3 * Trials, Resisted(1_000_000, spread));

    [Theory]
    [InlineData(10)]
    [InlineData(30)]
    [Trait("Category", "Full")]
    public void No_rule_prefers_an_attacker_among_longer_states(int spread) => Assert.Equal(3 * Trials, Resisted(4_000_000, spread));

    [Fact]
    public void The_float32_formula_prefers_attackers_on_the_same_states()
    {
        var data = new NearbyStates(1_000_000);
        var fooled = 0;
        for (var trial = 0; trial < Trials; trial++)
        {
            var states = data.Draw(trial, Honest, Attackers, 10);
            var scores = states
                .Select(a => states.Select(b => Float32SquaredDistance(a.Values, b.Values)).Order().Skip(1).Take(Honest - 2).Sum())
                .ToArray();
            fooled += Array.IndexOf(scores, scores.Min()) >= Honest ? 1 : 0;
        }

        Assert.InRange(fooled, 1, Trials);
    }

    private static int Resisted(int elements, int spread)
    {
        var data = new NearbyStates(elements);
        var resisted = 0;
        for (var trial = 0; trial < Trials; trial++)
        {
            var states = data.Draw(trial, Honest, Attackers, spread);
            foreach (var rule in new IMergeRule[] { new KrumRule(), new MultiKrumRule(), new GeometricMedianRule() })
            {
                var given = rule.Parameters.Where(p => p.Name == "f").Select(p => KeyValuePair.Create(p.Name, (double)Attackers));
                var merged = Merger.Merge(rule, states.Select(s => (s, 1L)), MergeParameters.Check(rule, given).Parameters).State!.Values;
                var distances = states.Select(s => SquaredDistance(s.Values, merged)).ToArray();
                resisted += distances[..Honest].Max() < distances[Honest..].Min() ? 1 : 0;
            }
        }

        return resisted;
    }

    private static double SquaredDistance(float[] a, float[] b)
    {
        var sum = 0d;
        for (var i = 0; i < a.Length; i++)
            sum += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
        return sum;
    }

    private static float Float32SquaredDistance(float[] a, float[] b) => Dot(a, a) + Dot(b, b) - (2 * Dot(a, b));

    // Sixteen sums side by side, as a linear algebra library has them.
    private static float Dot(float[] a, float[] b)
    {
        var sums = new float[16];
        for (var i = 0; i < a.Length; i += 16)
            for (var lane = 0; lane < 16; lane++)
                sums[lane] += a[i + lane] * b[i + lane];
        return sums.Sum();
    }

    /// <summary>States around one centre of norm 3 * sqrt(elements).</summary>
    private sealed class NearbyStates
    {
        private readonly float[] centre;
        private readonly float[] noise;

        internal NearbyStates(int elements)
        {
            var random = new SeededRandom(2017);
            centre = [.. Enumerable.Range(0, elements).Select(_ => (float)(3 * random.NextNormal()))];
            noise = [.. Enumerable.Range(0, elements).Select(_ => (float)(1e-4 * random.NextNormal()))];
        }

        // Each state's noise is the same numbers from another place on: drawing them all anew would take most of the test's time.
        internal ModelState[] Draw(int trial, int honest, int attackers, int spread)
        {
            var random = new SeededRandom((ulong)trial);
            return [.. Enumerable.Range(0, honest + attackers).Select(i => Around(random.Next(centre.Length), i < honest ? 1 : spread))];
        }

        private ModelState Around(int shift, int factor)
        {
            var values = new float[centre.Length];
            for (var i = 0; i < values.Length; i++)
                values[i] = centre[i] + (factor * noise[i + shift < values.Length ? i + shift : i + shift - values.Length]);
            return MergeCases.State(values);
        }
    }
}
