using Starling.Core.Identity;

namespace Starling.Node.Transport;

/// <summary>
/// The connections of a node's port that HTTP may have. Whoever is trusted may open some, whatever the API then says to him: without a
/// bound one caller could have all of them, and neither peers nor an admin would come in any more. For use by several threads.
/// </summary>
/// <param name="connections">How many connections the port takes; a quarter of them is kept for peers.</param>
internal sealed class ApiPlaces(int connections)
{
    /// <summary>The most connections of one caller: an admin may follow events from many places, each over a connection.</summary>
    public const int MostOfOneCaller = 64;

    private readonly int most = connections - (connections / 4);
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
            if (own >= MostOfOneCaller)
                return $"{caller} has {own} connections with this node's API, and nobody may have more; close some.";
            if (all >= most)
                return $"This node's API has {all} connections, and takes no more; try again later.";
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
