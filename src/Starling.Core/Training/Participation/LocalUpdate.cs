using Starling.Core.Canonical;
using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Core.Training.Participation;

/// <summary>Takes this node's own updates over from its program: blob and journal record are saved before anything is announced.</summary>
internal static class LocalUpdate
{
    /// <summary>The journal key of a contract's local update.</summary>
    public static string Key(ContractId contract) => $"{contract}/update";

    /// <summary>The program hands an update over.</summary>
    public static void Take(NodeStep step, UpdateReady ready)
    {
        if (!step.State.Contracts.TryGetValue(ready.Contract, out var p))
            return;
        step.State = step.State with { Held = step.State.Held.Add(ready.Update) };
        var isWanted = p.Fold.Round is { } round && round.Round == ready.Round && round.Base == ready.Base && !p.Fold.Ended;
        if (!isWanted)
            return; // Nobody keeps it: Custody releases it.
        step[ready.Contract] = p with
        {
            Update = new LocalUpdateState(ready.Round, ready.Base, ready.Update, ready.Bytes, ready.Weight, ready.Metrics, IsRecorded: false, IsSaving: false),
        };
    }

    /// <summary>Journals an update that is not yet.</summary>
    public static void Advance(NodeStep step, ContractId contract)
    {
        var p = step[contract];
        if (p.Update is not { IsRecorded: false, IsSaving: false } update || !step.Due(p.RetryAt))
            return;
        var value = new CanonicalWriter().Int64(update.Round).Blob(update.Base).Blob(update.Update).Int64(update.Bytes).Int64(update.Weight)
            .Double(update.Metrics.Loss).Double(update.Metrics.Accuracy).ToArray();
        step.Do(new AwaitedUpdateSave(contract), id => new SaveRecord(id, new JournalRecord(Key(contract), [.. value])));
        step[contract] = p with { Update = update with { IsSaving = true } };
    }

    /// <summary>The journal has it.</summary>
    public static void Saved(NodeStep step, ContractId contract)
    {
        if (step[contract].Update is { } update)
            step[contract] = step[contract] with { Update = update with { IsRecorded = update.IsSaving, IsSaving = false } };
    }

    /// <summary>The journal could not be written.</summary>
    public static void SaveFailed(NodeStep step, ContractId contract) => step[contract] = step[contract] with
    {
        Update = step[contract].Update is { } update ? update with { IsSaving = false } : null,
        RetryAt = step.Now + step.State.Options.RetryInterval,
    };

    /// <summary>Takes up what the journal tells.</summary>
    public static LocalUpdateState Restore(ReadOnlySpan<byte> record)
    {
        var r = new CanonicalReader(record);
        var update = new LocalUpdateState(
            r.Int64(), r.Blob(), r.Blob(), r.Int64(), r.Int64(), new UpdateMetrics(r.Double(), r.Double()), IsRecorded: true, IsSaving: false);
        r.End();
        return update;
    }
}
