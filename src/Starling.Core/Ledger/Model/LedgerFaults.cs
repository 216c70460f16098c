using System.Collections.Immutable;

namespace Starling.Core.Ledger.Model;

/// <summary>
/// What may go wrong with a modelled backend. Probabilities are from 0 to 1 and are drawn once for each call; the default is a backend
/// without faults.
/// </summary>
public sealed record LedgerFaults
{
    /// <summary>How long any pause, outage or age may be.</summary>
    public static TimeSpan LongestSpan { get; } = TimeSpan.FromDays(1);

    /// <summary>Nothing goes wrong.</summary>
    public static LedgerFaults None { get; } = new();

    /// <summary>A backend on a decent day: some answers get lost, some come late.</summary>
    public static LedgerFaults Mild { get; } = new()
    {
        Unavailable = 0.01,
        LostAcknowledgement = 0.01,
        LostAppend = 0.01,
        LateAppend = 0.01,
        LateBy = TimeSpan.FromSeconds(2),
        ReadUnavailable = 0.01,
        StaleRead = 0.02,
        StaleBy = TimeSpan.FromSeconds(1),
        ShortPage = 0.02,
        LostHint = 0.02,
        RepeatedHint = 0.02,
    };

    /// <summary>A backend at its worst: outages, and reorganisations before entries are final.</summary>
    public static LedgerFaults Storm { get; } = new()
    {
        Unavailable = 0.1,
        LostAcknowledgement = 0.1,
        LostAppend = 0.1,
        LateAppend = 0.1,
        LateBy = TimeSpan.FromSeconds(20),
        ReadUnavailable = 0.1,
        StaleRead = 0.2,
        StaleBy = TimeSpan.FromSeconds(5),
        ShortPage = 0.2,
        LostHint = 0.3,
        RepeatedHint = 0.2,
        OutageEvery = TimeSpan.FromSeconds(60),
        OutageLength = TimeSpan.FromSeconds(10),
        FinalAfter = TimeSpan.FromMilliseconds(200),
        Reorganisation = 0.1,
        Vanishing = 0.3,
    };

    /// <summary>An append that writes nothing and says so.</summary>
    public double Unavailable { get; init; }

    /// <summary>An append that writes everything, and whose answer is lost.</summary>
    public double LostAcknowledgement { get; init; }

    /// <summary>An append that writes nothing, and whose answer is lost.</summary>
    public double LostAppend { get; init; }

    /// <summary>An append whose answer is lost, and that writes later, after a pause of up to <see cref="LateBy"/>.</summary>
    public double LateAppend { get; init; }

    /// <summary>The longest pause before a late append lands.</summary>
    public TimeSpan LateBy { get; init; }

    /// <summary>A read that gives no answer.</summary>
    public double ReadUnavailable { get; init; }

    /// <summary>A read that shows the ledger of up to <see cref="StaleBy"/> ago.</summary>
    public double StaleRead { get; init; }

    /// <summary>The greatest age of a stale answer.</summary>
    public TimeSpan StaleBy { get; init; }

    /// <summary>A read that gives fewer entries than there are, though it tells the true height.</summary>
    public double ShortPage { get; init; }

    /// <summary>A watcher that is not told of new entries.</summary>
    public double LostHint { get; init; }

    /// <summary>A watcher that is told twice.</summary>
    public double RepeatedHint { get; init; }

    /// <summary>The mean time between outages, in which nothing is answered; zero for no outages.</summary>
    public TimeSpan OutageEvery { get; init; }

    /// <summary>The mean length of an outage.</summary>
    public TimeSpan OutageLength { get; init; }

    /// <summary>How long after it was written an entry is final; until then nobody reads it.</summary>
    public TimeSpan FinalAfter { get; init; }

    /// <summary>An append that makes the entries that are not final change their order, or vanish.</summary>
    public double Reorganisation { get; init; }

    /// <summary>That an entry vanishes in a reorganisation. Nobody is told: its author must send it again.</summary>
    public double Vanishing { get; init; }

    /// <summary>Every value that breaks its bound, in words; empty if all is well.</summary>
    public ImmutableArray<string> Problems
    {
        get
        {
            var problems = ImmutableArray.CreateBuilder<string>();
            foreach (var (name, value) in Probabilities())
                if (value is not (>= 0 and <= 1))
                    problems.Add($"{name} is a probability, from 0 to 1, not {value}.");
            foreach (var (name, value) in Spans())
                if (value < TimeSpan.Zero || value > LongestSpan)
                    problems.Add($"{name} lies between 0 and one day; it is {value}.");
            if (Unavailable + LostAcknowledgement + LostAppend + LateAppend > 1)
                problems.Add("The probabilities of an append's faults together exceed 1.");
            if (LostHint + RepeatedHint > 1)
                problems.Add("The probabilities of a hint's faults together exceed 1.");
            return problems.ToImmutable();
        }
    }

    private (string Name, double Value)[] Probabilities() =>
    [
        (nameof(Unavailable), Unavailable), (nameof(LostAcknowledgement), LostAcknowledgement), (nameof(LostAppend), LostAppend),
        (nameof(LateAppend), LateAppend), (nameof(ReadUnavailable), ReadUnavailable), (nameof(StaleRead), StaleRead),
        (nameof(ShortPage), ShortPage),
        (nameof(LostHint), LostHint), (nameof(RepeatedHint), RepeatedHint), (nameof(Reorganisation), Reorganisation),
        (nameof(Vanishing), Vanishing),
    ];

    private (string Name, TimeSpan Value)[] Spans() =>
    [
        (nameof(LateBy), LateBy), (nameof(StaleBy), StaleBy), (nameof(OutageEvery), OutageEvery), (nameof(OutageLength), OutageLength),
        (nameof(FinalAfter), FinalAfter),
    ];
}
