namespace Starling.Cli.Reports.Drawing;

/// <summary>Sets labels beside what they name, and apart where they would cover each other.</summary>
internal static class Labels
{
    /// <summary>Moves places apart as little as their order and bounds allow.</summary>
    /// <param name="wanted">Where each label would stand, in any order.</param>
    /// <param name="distance">The least distance of two.</param>
    /// <param name="least">The least place.</param>
    /// <param name="most">The greatest place. What does not fit goes beyond it.</param>
    /// <returns>A place for each, in the order given.</returns>
    public static double[] Spread(IReadOnlyList<double> wanted, double distance, double least, double most)
    {
        var order = Enumerable.Range(0, wanted.Count).OrderBy(i => wanted[i]).ToArray();
        var places = wanted.ToArray();
        var floor = least;
        foreach (var i in order)
        {
            places[i] = Math.Max(places[i], floor);
            floor = places[i] + distance;
        }

        var ceiling = most;
        foreach (var i in order.Reverse())
        {
            places[i] = Math.Min(places[i], ceiling);
            ceiling = places[i] - distance;
        }

        return places;
    }
}
