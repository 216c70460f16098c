using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Merging;

namespace Starling.Core.Training.Participation.Gossip;

/// <summary>
/// The mixing matrix: how much each update counts in a node's average. Metropolis and Hastings' weights on a regular graph: neighbour j of
/// node i counts <c>min(n_i, n_j)</c>, and the node itself what is left of <c>(d + 1) n_i</c>, where n is what a member's data counts and d
/// how many neighbours take part.
/// </summary>
/// <remarks>
/// With equal data all count the same, as in D-PSGD (Lian et al., 2017). Otherwise averages that are repeated tend to the mean weighted by
/// n, as if everyone had averaged with everyone (Hastings, 1970). No neighbour counts more than the node itself, whatever it says. The
/// share of one that takes no part goes to the others.
/// </remarks>
internal static class Mixing
{
    /// <summary>What is averaged, sorted by author.</summary>
    /// <param name="self">This node.</param>
    /// <param name="own">Its own update.</param>
    /// <param name="isAdmissible">Whether that may be averaged: its program may have failed. Then the neighbours' are.</param>
    /// <param name="neighbours">The neighbours that take part, with their updates.</param>
    public static ImmutableArray<MergeInput> Of(NodeId self, Announcement own, bool isAdmissible,
        IEnumerable<KeyValuePair<NodeId, Announcement>> neighbours)
    {
        var inputs = new SortedDictionary<NodeId, MergeInput>();
        var rest = own.Weight;
        foreach (var (neighbour, taken) in neighbours)
        {
            var share = Math.Min(own.Weight, taken.Weight);
            rest += own.Weight - share;
            inputs[neighbour] = new MergeInput(neighbour, taken.Update, share);
        }

        if (isAdmissible)
            inputs[self] = new MergeInput(self, own.Update, rest);
        // Only a contract of huge weights comes here: all shrink alike.
        var scale = (rest + WeightedModel.MaxWeight - 1) / WeightedModel.MaxWeight;
        return [.. inputs.Values.Select(input => input with { Weight = Math.Max(WeightedModel.MinWeight, input.Weight / scale) })];
    }
}
