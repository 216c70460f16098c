using Starling.Fuzz.Coverage;
using Starling.Fuzz.Running;
using Starling.Fuzz.Targets;

namespace Starling.Fuzz.Corpus;

/// <summary>Chooses few and small inputs that together reach every place that all of them reach.</summary>
internal static class CorpusSelection
{
    private const int ShrinkingTrials = 2000;

    /// <summary>
    /// Takes inputs by length, each that reaches a place that none before does, and shrinks it as far as it still reaches those.
    /// </summary>
    public static List<byte[]> Choose(IFuzzTarget target, CoverageMap map, IEnumerable<byte[]> inputs)
    {
        var execution = new Execution(target, Execution.Longest);
        var reached = new HashSet<int>();
        var chosen = new List<byte[]>();
        foreach (var input in inputs.OrderBy(input => input.Length).ToList())
        {
            var added = Places(input);
            added.ExceptWith(reached);
            if (added.Count == 0)
                continue;
            var small = Shrinking.Shrink(input, smaller => added.IsSubsetOf(Places(smaller)), ShrinkingTrials);
            reached.UnionWith(Places(small));
            chosen.Add(small);
        }

        return Thin(chosen);

        HashSet<int> Places(byte[] input)
        {
            map.Clear();
            execution.Run(input, out _);
            return map.Features(counts: false);
        }

        // An input may have become needless by later ones.
        List<byte[]> Thin(List<byte[]> all)
        {
            var places = all.ConvertAll(Places);
            var count = new Dictionary<int, int>();
            foreach (var place in places.SelectMany(set => set))
                count[place] = count.GetValueOrDefault(place) + 1;
            var kept = new List<byte[]>();
            for (var i = 0; i < all.Count; i++)
            {
                if (places[i].All(place => count[place] > 1))
                    foreach (var place in places[i])
                        count[place]--;
                else
                    kept.Add(all[i]);
            }

            return kept;
        }
    }
}
