namespace Starling.EndToEnd.Tests.Consortium.Faults;

/// <summary>
/// What goes wrong in one training, drawn from a seed: one thing after another, or two at the same time; in two of five schedules an
/// organisation is gone for good in the end.
/// </summary>
/// <param name="Seed">The seed.</param>
/// <param name="MinPeers">How many nodes a round needs.</param>
/// <param name="Steps">What happens, one step after another.</param>
/// <param name="Lost">Who is gone for good in the end; null for nobody.</param>
internal sealed record FaultSchedule(int Seed, int MinPeers, IReadOnlyList<IReadOnlyList<Fault>> Steps, LostOrganisation? Lost)
{
    private const int MostSteps = 3, UsualPeers = 3;

    /// <summary>Whether so many nodes are gone in the end that no round can be agreed on.</summary>
    public bool EndsWaiting => Lost is not null && TrainingSites.Nodes - Lost.MayBeDeposed.Count < MinPeers;

    /// <summary>Draws a schedule.</summary>
    public static FaultSchedule Draw(int seed)
    {
        var random = new Random(seed);
        var lost = seed % 5 < 2 ? new LostOrganisation(random.Next(1, TrainingSites.Count)) : null;
        var remaining = TrainingSites.Nodes - (lost?.MayBeDeposed.Count ?? 0);
        var steps = Enumerable.Range(0, lost is null ? MostSteps : MostSteps - 1).Select(_ => Step(random)).ToList();
        return new FaultSchedule(seed, seed % 5 == 0 ? remaining + 1 : UsualPeers, steps, lost);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"seed {Seed}, at least {MinPeers} a round: {string.Join("; ", Steps.Select(step => string.Join(" and ", step)).Concat(Lost is null ? [] : [Lost.ToString()]))}";

    private static IReadOnlyList<Fault> Step(Random random)
    {
        var first = Fault.Draw(random);
        if (random.Next(3) > 0)
            return [first];
        var second = Fault.Draw(random);
        return second.Subject == first.Subject ? [first] : [first, second];
    }
}
