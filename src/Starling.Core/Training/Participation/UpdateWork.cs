using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Core.Training.Participation;

/// <summary>Inspects updates and merges them: the same work whoever asks for it, a leader, an auditor or a neighbour.</summary>
internal static class UpdateWork
{
    /// <summary>Inspects an update that this node holds, unless that is done or under way.</summary>
    public static void Inspect(NodeStep step, ContractId contract, BlobId update, TrainingSettings settings)
    {
        var p = step[contract];
        if (!step.State.Held.Contains(update) || p.Inspections.ContainsKey(update) || !step.Due(p.RetryAt))
            return;
        step[contract] = p with { Inspections = p.Inspections.Add(update, new Inspection(IsDone: false, null)) };
        step.Do(new AwaitedInspection(contract, update), id => new Compute(id, new InspectUpdate(update, settings.SchemaHash)));
    }

    /// <summary>Merges, unless that is done or under way. A merge of other inputs is abandoned for it.</summary>
    /// <param name="step">The step.</param>
    /// <param name="contract">The contract.</param>
    /// <param name="inputs">What is merged, sorted by author; all of it is held.</param>
    /// <param name="from">The model that the updates began from, held; none at first.</param>
    /// <param name="settings">Which say the rule.</param>
    /// <param name="own">This node, if it merges for itself alone; none otherwise.</param>
    public static void Merge(NodeStep step, ContractId contract, ImmutableArray<MergeInput> inputs, BlobId from, TrainingSettings settings,
        NodeId own = default)
    {
        var failures = 0;
        if (step[contract].Merging is { } task && task.IsOf(inputs, from, settings))
        {
            if (task.Operation is not null || !task.Result.IsNone || !step.Due(task.RetryAt))
                return;
            failures = task.Failures;
        }
        else
        {
            Abandon(step, step[contract].Merging);
        }

        var operation = step.Do(new AwaitedMerge(contract),
            id => new Compute(id, new MergeUpdates(settings.MergeRule, settings.MergeParameters, inputs, from, own)));
        step[contract] = step[contract] with
        {
            Merging = new MergeTask(inputs, from, settings, operation, BlobId.None, Instant.Zero) { Failures = failures },
        };
    }

    /// <summary>The merge of these inputs, from this model and by this rule, if this node made it and has synced it.</summary>
    public static BlobId? Result(
        NodeState node, Participant p, ImmutableArray<MergeInput> inputs, BlobId from, TrainingSettings settings) =>
        p.Merging is { } task && task.IsOf(inputs, from, settings) && node.Durable.Contains(task.Result) ? task.Result : null;

    /// <summary>Drops a merge that no longer serves.</summary>
    public static void Forget(NodeStep step, ContractId contract)
    {
        Abandon(step, step[contract].Merging);
        step[contract] = step[contract] with { Merging = null };
    }

    /// <summary>An inspection or a merge is done.</summary>
    public static void Computed(NodeStep step, Awaited awaited, ComputationResult result)
    {
        switch (awaited, result)
        {
            case (AwaitedInspection inspection, Inspected found):
                var p = step[inspection.Contract];
                if (p.Inspections.ContainsKey(inspection.Blob))
                    step[inspection.Contract] = p.Inspected(inspection.Blob, found.Fault, step.Now);
                break;
            case (AwaitedInspection inspection, ComputationFailed failed):
                step[inspection.Contract] = step[inspection.Contract] with
                {
                    Inspections = step[inspection.Contract].Inspections.Remove(inspection.Blob),
                    RetryAt = step.Now + step.State.Options.RetryInterval,
                };
                step.Report(new Trouble(inspection.Contract, $"An update cannot be inspected: {failed.Reason}"));
                break;
            case (AwaitedMerge merge, MergeDone done):
                step.State = step.State with { Held = step.State.Held.Add(done.Merge) };
                step[merge.Contract] =
                    step[merge.Contract] with { Merging = step[merge.Contract].Merging! with { Operation = null, Result = done.Merge } };
                break;
            case (AwaitedMerge merge, ComputationFailed failed):
                var task = step[merge.Contract].Merging!;
                step[merge.Contract] = step[merge.Contract] with
                {
                    Merging =
                        task with { Operation = null, RetryAt = step.Now + step.State.Options.RetryInterval, Failures = task.Failures + 1 },
                };
                step.Report(new Trouble(merge.Contract, $"The updates cannot be merged: {failed.Reason}"));
                break;
            default:
                throw new InvalidOperationException($"{result.GetType().Name} answers {awaited.GetType().Name}.");
        }
    }

    private static void Abandon(NodeStep step, MergeTask? task)
    {
        if (task?.Operation is not { } operation)
            return;
        step.State = step.State with { Operations = step.State.Operations.Remove(operation) };
        step.Do(new Cancel(operation));
    }
}
