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
        if (SyncProtocols.Of(p)?.Wants(p, ready) != true)
            return; // Nobody keeps it: Custody releases it.
        step[ready.Contract] = p with
        {
            Update = new LocalUpdateState(ready.Round, ready.Base, ready.Update, ready.Bytes, ready.Weight, ready.Metrics, ready.Final,
                IsRecorded: false, Saving: null),
        };
    }

    /// <summary>
    /// An admin restarted a round. The program is told anew what to do; and an update for a round that had committed was let go, so that
    /// nobody can announce it again. One that its member leaves after may be in a merge that stands.
    /// </summary>
    public static void Restart(NodeStep step, ContractId contract)
    {
        var p = step[contract];
        var stays = p.Update is { } update && (update.Final == CheckIn.Inactive || step.State.Held.Contains(update.Update));
        step[contract] = p with { Assigned = null, Update = stays ? p.Update : null };
    }

    /// <summary>Forgets an update, also in the journal: the program trains anew.</summary>
    public static void Drop(NodeStep step, ContractId contract)
    {
        step[contract] = step[contract] with { Update = null };
        step.Do(new AwaitedUpdateSave(contract), id => new SaveRecord(id, new JournalRecord(Key(contract), [])));
    }

    /// <summary>Journals an update that is not yet.</summary>
    public static void Advance(NodeStep step, ContractId contract)
    {
        var p = step[contract];
        if (p.Update is not { IsRecorded: false, Saving: null } update || !step.Due(p.RetryAt))
            return;
        var value = new CanonicalWriter().Int64(update.Round).Blob(update.Base).Blob(update.Update).Int64(update.Bytes).Int64(update.Weight)
            .Double(update.Metrics.Loss).Double(update.Metrics.Accuracy).Byte((byte)(update.Final ?? 0)).ToArray();
        var save = step.Do(new AwaitedUpdateSave(contract), id => new SaveRecord(id, new JournalRecord(Key(contract), [.. value])));
        step[contract] = p with { Update = update with { Saving = save } };
    }

    /// <summary>The journal has it. The save of an update that another one replaced meanwhile says nothing of that one.</summary>
    public static void Saved(NodeStep step, ContractId contract, OperationId save)
    {
        if (step[contract].Update is { } update && update.Saving == save)
            step[contract] = step[contract] with { Update = update with { IsRecorded = true, Saving = null } };
    }

    /// <summary>The journal could not be written.</summary>
    public static void SaveFailed(NodeStep step, ContractId contract) => step[contract] = step[contract] with
    {
        Update = step[contract].Update is { } update ? update with { Saving = null } : null,
        RetryAt = step.Now + step.State.Options.RetryInterval,
    };

    /// <summary>Takes up what the journal tells.</summary>
    public static LocalUpdateState Restore(ReadOnlySpan<byte> record)
    {
        var r = new CanonicalReader(record);
        var update = new LocalUpdateState(
            r.Int64(), r.Blob(), r.Blob(), r.Int64(), r.Int64(), new UpdateMetrics(r.Double(), r.Double()),
            r.Byte() is var final and > 0 ? (CheckIn)final : null,
            IsRecorded: true, Saving: null);
        r.End();
        return update;
    }
}
