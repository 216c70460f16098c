using Starling.Api.Events;
using Starling.Cli.Reports.History;
using Starling.Core.Kernel;
using Starling.Simulation;

namespace Starling.Cli.Reports;

/// <summary>Keeps what happens in one seed of the simulator, for its report.</summary>
internal sealed class SimulationRecord : ISimulationObserver
{
    /// <summary>How many deeds of the world are kept; more are only counted.</summary>
    public const int MostNotes = 400;

    // A seed that runs wild tells for ever.
    private const int MostEvents = 2_000_000;

    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;
    private readonly SortedDictionary<string, List<ApiEvent>> told = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> names = new(StringComparer.Ordinal);
    private readonly List<(TimeSpan At, string Who, string What)> notes = [];
    private int kept;

    /// <summary>What the world did, in order.</summary>
    public IReadOnlyList<(TimeSpan At, string Who, string What)> Notes => notes;

    /// <summary>How many deeds there were beyond <see cref="MostNotes"/>.</summary>
    public long MoreNotes { get; private set; }

    /// <summary>The nodes that started, by name.</summary>
    public IReadOnlyList<string> Nodes => [.. told.Keys];

    /// <inheritdoc/>
    public void Told(TimeSpan at, string node, NodeEvent told)
    {
        if (told is RoundOpened opened)
            foreach (var member in opened.View)
                names[member.Value] = member.Name;
        if (SimulatedNodeEvents.Of(Start + at, told) is { } shown)
            Keep(node, shown);
    }

    /// <inheritdoc/>
    public void Noted(TimeSpan at, string who, string what)
    {
        if (what == "starts")
            Keep(who, new NodeStartedEvent(0, Start + at, who, "", "", 0));
        else if (notes.Count < MostNotes)
            notes.Add((at, who, what));
        else
            MoreNotes++;
    }

    /// <summary>What all nodes told, joined.</summary>
    /// <param name="rounds">How many rounds were to be trained.</param>
    public RunHistory History(long rounds)
    {
        var history = new RunHistory(names, rounds) { Clock = "virtual" };
        foreach (var (node, events) in told)
            history.Add(node, events);
        return history;
    }

    private void Keep(string node, ApiEvent shown)
    {
        if (!told.TryGetValue(node, out var events))
            told[node] = events = [];
        if (kept++ < MostEvents)
            events.Add(shown);
    }
}
