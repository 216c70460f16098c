using Starling.Core.Identity;

namespace Starling.Node.Transport;

/// <summary>
/// The connections of a node's port that callers may have for one thing. Whoever is trusted may open some, whatever he is then told:
/// without a bound one caller could have all of them, and neither peers nor an admin would come in any more. For use by several threads.
/// </summary>
/// <param name="what">What connections they are: the rest of a sentence on how many there are.</param>
/// <param name="mostOfOne">How many of them one caller may have.</param>
/// <param name="most">How many all may have together.</param>
internal sealed class CallerPlaces(string what, int mostOfOne, int most)
{
    private readonly Lock gate = new();
    private readonly Dictionary<NodeId, int> taken = [];
    private int all;

    /// <summary>Takes a place, which is to be given back.</summary>
    /// <returns>Why there is none, in a sentence; null if it was taken.</returns>
    public string? Take(NodeId caller)
    {
        lock (gate)
        {
            var own = taken.GetValueOrDefault(caller);
            if (own >= mostOfOne)
                return $"{caller} has {own} connections {what}, and nobody may have more; close some.";
            if (all >= most)
                return $"There are {all} connections {what}, and no more are taken; try again later.";
            taken[caller] = own + 1;
            all++;
            return null;
        }
    }

    /// <summary>Gives a place back.</summary>
    public void GiveBack(NodeId caller)
    {
        lock (gate)
        {
            all--;
            if (--taken[caller] == 0)
                taken.Remove(caller);
        }
    }
}
