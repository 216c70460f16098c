using System.Globalization;
using Starling.Api.Events;
using Starling.Cli.Runs;
using Starling.Cli.Terminal;
using Starling.Core.Configuration;

namespace Starling.Cli.Running;

/// <summary>Makes of many nodes' events the lines that a person wants: each thing once, whoever told it first.</summary>
internal sealed class RoundAnnouncer
{
    private readonly HashSet<string> told = new(StringComparer.Ordinal);

    /// <summary>The lines that an event is worth, if it is new.</summary>
    /// <param name="progress">With the event in it.</param>
    /// <param name="node">Who told it.</param>
    /// <param name="happened">The event.</param>
    public IEnumerable<string> Lines(RunProgress progress, NodeView node, ApiEvent happened)
    {
        var line = happened switch
        {
            RoundOpenedEvent { Opening: > 1 } e => $"round {e.Round} is opened again (opening {e.Opening})",
            LeaderSuspectedEvent e =>
                $"round {e.Round}: {progress.NameOf(e.By)} suspects {progress.NameOf(e.Leader)}, the leader of term {e.Term}",
            TermEndedEvent e => $"round {e.Round}: term {e.Term} of {progress.NameOf(e.Leader)} ends: {e.Reason}",
            LeaderClaimedEvent { Term: > 1 } e => $"round {e.Round}: {progress.NameOf(e.Leader)} leads term {e.Term}",
            RoundRestartedEvent e => $"round {e.Round} is restarted by {progress.NameOf(e.By)} (epoch {e.Epoch})"
                + (e.TakenBack > 0 ? $"; committed rounds that no longer count: {e.TakenBack}" : "")
                + (e.Pair.Count > 0 ? $"; it settles the dispute of {string.Join(" and ", e.Pair.Select(progress.NameOf))}" : ""),
            UnresolvedEvent e => $"round {e.Round}: {string.Join(" and ", e.Pair.Select(progress.NameOf))} disagree; a third decides",
            LateDisputeEvent e => $"round {e.Round}: {progress.NameOf(e.Member)} disputes the committed merge",
            MergeProposedEvent { LeftOut.Count: > 0 } e =>
                $"round {e.Round}: left out of the merge: {string.Join(", ", e.LeftOut.Select(left => $"{progress.NameOf(left.Member)} ({left.Reason})"))}",
            RejoiningEvent e => $"{progress.NameOf(e.Member)} lost its disk and has joined again, in incarnation {e.Incarnation}",
            ExpelledEvent e => $"{node.Name} was put out of {e.Contract} by its admin",
            ProgramFailedEvent e => $"{node.Name}: the program failed in round {e.Round}: {e.What}",
            TroubleEvent e => $"{node.Name}: {e.What}",
            HaltedEvent e => $"{node.Name} halts: {e.Detail}",
            _ => null,
        };
        if (line is not null && told.Add($"{node.Epoch} {line}"))
            yield return ShownText.Line(line); // Programs and other nodes gave reasons.
        foreach (var round in progress.Untold
            .Where(round =>
                round.Committed is not null
                    && (progress.HasOwnRounds ? HasAll(progress, round) : round.Merged is not null || round.Round < progress.Committed))
                    .ToList())
        {
            progress.Untold.Remove(round);
            yield return progress.HasOwnRounds ? DescribeOwn(progress, round) : Describe(progress, round, round.Merged);
        }
    }

    private static bool HasAll(RunProgress progress, RoundView round) =>
        progress.Nodes.All(node => node.IsGone || round.Nodes.GetValueOrDefault(node.Name)?.Merged is not null);

    private static string DescribeOwn(RunProgress progress, RoundView round)
    {
        var scores = round.Nodes.Values.Select(part => part.Merged).OfType<Score>().ToList();
        return string.Create(CultureInfo.InvariantCulture,
            $"round {round.Round} of {progress.Rounds}: passed by {round.Ready.Count} of {progress.Nodes.Count}, loss {Quantity.Number(round.Merged?.Loss)}, "
            + $"accuracy {Quantity.Percent(scores.Min(score => score.Accuracy))} to {Quantity.Percent(scores.Max(score => score.Accuracy))}, "
            + $"{Quantity.Bytes(progress.Nodes.Sum(node => node.BytesOut))} sent, {Quantity.Time(round.Committed - round.Opened)}; left {Quantity.Time(progress.Remaining)}");
    }

    // What is not measured by the time that the next round has committed, nobody measures.
    private static string Describe(RunProgress progress, RoundView round, Score? merged)
    {
        var took = round.Committed - round.Opened;
        return string.Create(CultureInfo.InvariantCulture,
            $"round {round.Round} of {progress.Rounds}: {round.Leader} led term {round.Term}, {round.Contributors.Count} of {progress.Nodes.Count} contributed, "
            + $"loss {Quantity.Number(merged?.Loss)}, accuracy {Quantity.Percent(merged?.Accuracy)}, {Quantity.Bytes(progress.Nodes.Sum(node => node.BytesOut))} sent, "
            + $"{Quantity.Time(took)}; left {Quantity.Time(progress.Remaining)}");
    }
}
