using Starling.Core.Contracts;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Tasks;
using Starling.Core.Training;
using Starling.Daemon.Tasks;
using Starling.Node.Tasks;

namespace Starling.Daemon.Http.Contracts;

/// <summary>
/// What speaks against an entry before it is appended: the ledger keeps for ever what it is given, so that nothing should be in
/// it that is refused anyway.
/// </summary>
/// <param name="Refusal">Why the contract's rules would refuse it; none if they would not, but the node knows better.</param>
/// <param name="Sentence">The same, with the remedy.</param>
internal sealed record EntryCheck(Refusal Refusal, string Sentence)
{
    /// <summary>What speaks against an entry whose signature is valid; null if nothing does.</summary>
    /// <param name="node">The node that is asked.</param>
    /// <param name="contract">The contract, as it is now.</param>
    /// <param name="entry">The entry.</param>
    public static EntryCheck? Of(NodeState node, ContractState contract, SignedEntry entry)
    {
        var (_, refusal) = AnyContract.Apply(contract, new VerifiedEntry(entry, SignatureValid: true), node.Certifier);
        if (refusal != Refusal.None)
            return new EntryCheck(refusal, RefusalSentences.Of(refusal));
        var objection = contract switch
        {
            TrainingState training when AnyContract.Decode(entry.Body.Payload) is Restart restart =>
                Objection(node, training, restart.Round),
            RunnerState runner => Objection(runner, RunnerEntryCodec.Decode(entry.Body.Payload)),
            _ => null,
        };
        return objection is null ? null : new EntryCheck(Refusal.None, objection);
    }

    // A final task never changes: what its operators would find in its body must be found before.
    private static string? Objection(RunnerState runner, RunnerEntry entry)
    {
        var task = entry switch
        {
            WriteTask write => write.Task,
            FinaliseTask final => runner.Tasks[final.Task].Definition,
            _ => null,
        };
        try
        {
            if (task is null)
                return null;
            TaskBody.Read(task, settings: null);
            return PrerequisiteCircle.Find(task.Name, task.Prerequisite,
                name => runner.Tasks.GetValueOrDefault(name)?.Definition.Prerequisite ?? default);
        }
        catch (TaskException mistakes)
        {
            return mistakes.Message;
        }
    }

    private static string? Objection(NodeState node, TrainingState training, long round)
    {
        if (training.Round is not { } open)
            return null;
        if (training.Ended && round == open.Round)
            return $"Training has ended and no round is open; restart round {open.Round - 1} to train it again.";

        // After a restart the round before the open one began from what members have let go: it would wait for ever.
        return round == open.Round || round == 1
            || node.Held.Contains(training.Commits.Single(commit => commit.Round == round - 1).Merge.Merge)
            ? null
            : $"What round {round} started from is not on this node, and so may be let go by all; restart round {open.Round}, or begin anew with round 1.";
    }
}
