using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Training;

namespace Starling.Simulation.Exploration;

/// <summary>Entries and states in words, for the lines of a run.</summary>
internal static class RoundText
{
    /// <summary>The open round in one line.</summary>
    public static string Of(TrainingState fold)
    {
        var round = fold.Round!;
        var votes = round.Votes.Select(vote => $"{vote.Key.Name} {(vote.Value.Full is { } full ? Claim(full) : "light")}");
        return $"round {round.Round} opening {round.Opening} term {round.Term}: ready {Names(round.Ready.Keys)}, frozen {Names(round.Frozen)}, "
            + $"leader {Name(round.Leader)}, barred {Name(round.Barred)}, suspects {Names(round.Suspects)}, reopens {Names(round.Reopens)}, "
            + $"proposal {(round.Proposal is { } proposal ? Claim(proposal) : "none")}, votes {{{string.Join(", ", votes)}}}"
            + $"{(round.DisputedPair.IsEmpty ? "" : $", disputed pair {Names(round.DisputedPair)}")}{(fold.Ended ? ", ended" : "")}";
    }

    /// <summary>An entry in a few words.</summary>
    public static string Of(TrainingEntry entry, TrainingState fold) => entry switch
    {
        Ready e when fold.Round!.Opening == e.Opening && e.StateHash != fold.Round.OpenedHash => "Ready with a wrong state hash",
        Merged e => $"Merged {Claim(new MergeClaim(e.Merge, e.Contributors))} of {Names(e.Contributors)}",
        AuditedFull e => $"Audited {Claim(new MergeClaim(e.Merge, e.Contributors))} in full",
        AuditedSampled => "Audited by samples",
        _ => entry.GetType().Name,
    };

    /// <summary>What followed from an entry that landed.</summary>
    public static string Outcome(FoldResult result)
    {
        if (result.Refusal != Refusal.None)
            return $", refused: {result.Refusal}";
        return string.Concat(result.Happenings.Select(happening => happening switch
        {
            Committed { Commit: var commit } =>
                $" -> round {commit.Round} commits the {Claim(commit.Merge)} merge{(commit.Named.IsEmpty ? "" : $", named {Names(commit.Named)}")}",
            TermChanged { Unresolved: true } changed => $" -> unresolved, term {changed.Term}",
            TermChanged changed => $" -> term {changed.Term}",
            Reopened reopened => $" -> opening {reopened.Opening}",
            _ => "",
        }));
    }

    private static string Claim(MergeClaim claim) => claim.Merge == ExploredContract.Merge(claim.Contributors) ? "right" : "wrong";

    private static string Names(IEnumerable<NodeId> nodes) => $"{{{string.Join(' ', nodes.Select(node => node.Name))}}}";

    private static string Name(NodeId node) => node.IsNone ? "none" : node.Name;
}
