using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Core.Training.Participation.Gossip;

/// <summary>
/// The exchange of a round: inspects the neighbours' updates, averages with those that are admissible, and goes on to the next
/// round once its model is safe.
/// </summary>
internal static class Exchange
{
    /// <summary>
    /// An average that failed so often is given up: the node goes on from its own update, so that no neighbour's numbers can hold it up.
    /// </summary>
    private const int MostFailures = 3;

    /// <summary>Does what is due in the round.</summary>
    public static void Advance(NodeStep step, ContractId contract)
    {
        Judge(step, contract);
        var p = step[contract];
        var state = GossipState.Of(p);
        if (state.Served is not { } served || GossipProtocol.Own(p, state)?.Update != served.Update || GossipProtocol.IsOver(p, state)
            || state.Saving is not null
            || !p.Fold.Round!.View.Contains(step.Self))
            return;
        Decide(step, contract, served);
        state = GossipState.Of(step[contract]);
        if (state.Mix is not { } mix)
            return;
        if (mix.Length > 1)
            UpdateWork.Merge(step, contract, mix, state.Model, p.Fold.Settings!, step.Self);
        if (Result(step, contract, mix) is { } model && step.Due(step[contract].RetryAt))
            Record(step, contract, model);
    }

    /// <summary>The journal has the next round, or refused it.</summary>
    public static void Completed(NodeStep step, ContractId contract, Completion completion)
    {
        var state = GossipState.Of(step[contract]);
        if (state.Saving is not { } saving || saving.Operation != completion.Operation)
            return;
        switch (completion)
        {
            case Saved:
                step[contract] = step[contract] with { Protocol = state.Next(saving.Model, step.Self) };
                UpdateWork.Forget(step, contract);
                break;
            case SaveFailed failed:
                step[contract] =
                    step[contract] with { Protocol = state with { Saving = null }, RetryAt = step.Now + step.State.Options.RetryInterval };
                step.Report(new Trouble(contract, $"The journal cannot be written: {failed.Reason}"));
                break;
        }
    }

    /// <summary>
    /// Inspects what the neighbours offer, and the own update, since a program can fail; forgets what was found of anything else.
    /// </summary>
    private static void Judge(NodeStep step, ContractId contract)
    {
        var state = GossipState.Of(step[contract]);
        var p = step[contract];
        var own = GossipProtocol.Own(p, state)?.Update ?? BlobId.None;
        var offers = state.Neighbours.Select(n => n.Value.Offer(state.Round)?.Update ?? BlobId.None).Append(own).ToImmutableSortedSet();
        foreach (var blob in p.Inspections.Keys)
            if (!offers.Contains(blob))
                step[contract] = step[contract] with { Inspections = step[contract].Inspections.Remove(blob) };
        if (!own.IsNone)
            UpdateWork.Inspect(step, contract, own, p.Fold.Settings!);
        foreach (var (id, neighbour) in state.Neighbours)
        {
            if (neighbour.Taken is not null || neighbour.Offer(state.Round) is not { } offer)
                continue;
            UpdateWork.Inspect(step, contract, offer.Update, p.Fold.Settings!);
            if (step[contract].Inspections.GetValueOrDefault(offer.Update) is { IsDone: true } found)
                Neighbourhood.Set(step, contract, id,
                    found.Fault is null ? neighbour with { Taken = offer } : neighbour with { IsRefused = true });
        }
    }

    /// <summary>Nobody is waited for any more: what came is averaged, and that stands for this round.</summary>
    private static void Decide(NodeStep step, ContractId contract, Announcement own)
    {
        var p = step[contract];
        var state = GossipState.Of(p);
        if (p.Inspections.GetValueOrDefault(own.Update) is not { IsDone: true } found)
            return;
        if (state.Mix is { } failing && p.Merging is { Failures: >= MostFailures } task && task.Inputs.SequenceEqual(failing))
        {
            step.Report(new Trouble(contract, $"Round {state.Round} goes on without an average: it failed {MostFailures} times."));
            UpdateWork.Forget(step, contract);
            step[contract] = step[contract] with { Protocol = state with { Mix = Mixing.Of(step.Self, own, found.Fault is null, []) } };
            return;
        }

        // Each of them must be asked, so that the step is woken for the first that is due.
        var isAwaiting = false;
        foreach (var neighbour in state.Neighbours.Values)
            isAwaiting |= Neighbourhood.IsAwaited(step, state, neighbour, p.Fold.Settings!);
        if (state.Mix is not null || isAwaiting)
            return;
        if (found.Fault is { } fault)
            step.Report(new Trouble(contract, $"This node's own update of round {state.Round} enters no average: {fault}."));
        var taken = state.Neighbours.Where(n => n.Value.Taken is not null).Select(n => KeyValuePair.Create(n.Key, n.Value.Taken!));
        step[contract] = p with { Protocol = state with { Mix = Mixing.Of(step.Self, own, found.Fault is null, taken) } };
    }

    /// <summary>The round's model, once it is synced. One update needs no average; without any, the model stays as it was.</summary>
    private static BlobId? Result(NodeStep step, ContractId contract, ImmutableArray<MergeInput> mix) => mix switch
    {
        [] => GossipState.Of(step[contract]).Model,
        [var only] => step.State.Durable.Contains(only.Blob) ? only.Blob : null,
        _ => UpdateWork.Result(step.State, step[contract], mix, GossipState.Of(step[contract]).Model, step[contract].Fold.Settings!),
    };

    private static void Record(NodeStep step, ContractId contract, BlobId model)
    {
        var state = GossipState.Of(step[contract]);
        var record = new JournalRecord(Recovery.ProtocolKey(contract), [.. state.EncodeNext(model, step.Self)]);
        var save = step.Do(new AwaitedProtocolSave(contract), id => new SaveRecord(id, record));
        step[contract] = step[contract] with { Protocol = state with { Saving = (save, model) } };
    }
}
