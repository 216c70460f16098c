using System.Collections.Immutable;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Tasks.Operating;

namespace Starling.Core.Training.Participation;

/// <summary>Takes up what survived on disk.</summary>
internal static class Recovery
{
    /// <summary>The journal key of where a contract's sync protocol stands.</summary>
    public static string ProtocolKey(ContractId contract) => $"{contract}/protocol";

    /// <summary>The node starts.</summary>
    public static void Start(NodeStep step, Started started)
    {
        ImmutableSortedSet<BlobId> found = [.. started.Blobs];
        step.State = step.State with { HasStarted = true, Held = found, Durable = found, FoundAtStart = found };
        foreach (var runner in step.State.Runners.Keys)
            foreach (var record in started.Journal)
                if (record.Key == Operator.Key(runner))
                    Operator.Restore(step, runner, record.Value.AsSpan());
        foreach (var contract in step.State.Followed)
        {
            foreach (var record in started.Journal)
                if (record.Key == Outbox.Key(contract))
                    step.Set(step.Part(contract) with { Outbox = Outbox.Restore(record.Value.AsSpan()) });
                else if (step.State.Contracts.ContainsKey(contract))
                    TakeUp(step, contract, record);
            var part = step.Part(contract);
            step.Set(part with { Reading = part.Reading with { KnownHeight = part.Outbox.Entry?.Body.SeenHeight ?? 0 } });
            foreach (var mirrored in started.Mirror)
                if (mirrored.Contract == contract)
                    foreach (var entry in mirrored.Entries)
                        if (step.Part(contract).SetAside is null)
                            LedgerFollower.Fold(step, contract, entry, tells: false);
            if (step.Part(contract) is not Participant p)
                continue;
            var isEnough = p.Fold.Round is { } round && round.Ready.Count >= round.Settings.MinPeers;
            step[contract] = p with { Clocks = RoundClocks.Opened(step.Now) with { EnoughSince = isEnough ? step.Now : Instant.Never } };
        }
    }

    /// <summary>
    /// The contract's protocol is known: it takes up where it stood. The mirror may have been lost, so this is not always at the start.
    /// </summary>
    public static void Restore(NodeStep step, ContractId contract, ISyncProtocol protocol)
    {
        if (step[contract] is { ProtocolRecord.IsEmpty: false } p)
            step[contract] = p with { Protocol = protocol.Restore(step.State, p.ProtocolRecord.AsSpan()), ProtocolRecord = [] };
    }

    private static void TakeUp(NodeStep step, ContractId contract, JournalRecord record)
    {
        if (record.Key == LocalUpdate.Key(contract) && LocalUpdate.Restore(record.Value.AsSpan()) is var update
            // The journal is synced before the blob: without its blob the record is worth nothing, unless the blob was let go after it had
            // been merged, and the member is about to leave.
            && (update.Final == CheckIn.Inactive || step.State.Held.Contains(update.Update)))
            step[contract] = step[contract] with { Update = update };
        else if (record.Key == ProtocolKey(contract))
            step[contract] = step[contract] with { ProtocolRecord = record.Value };
    }

    /// <summary>A disk refused. Everything is tried again; nothing was announced.</summary>
    public static void SaveFailed(NodeStep step, Awaited awaited, string reason)
    {
        switch (awaited)
        {
            case AwaitedEntrySave save:
                Outbox.SaveFailed(step, save.Contract);
                step.Report(new Trouble(save.Contract, $"The journal cannot be written: {reason}"));
                break;
            case AwaitedUpdateSave save:
                LocalUpdate.SaveFailed(step, save.Contract);
                step.Report(new Trouble(save.Contract, $"The journal cannot be written: {reason}"));
                break;
            case AwaitedWorkSave save:
                Operator.SaveFailed(step, save.Runner);
                step.Report(new Trouble(save.Runner, $"The journal cannot be written: {reason}"));
                break;
            case AwaitedBlobSave save:
                foreach (var (contract, p) in step.State.Contracts)
                {
                    step[contract] = p with { RetryAt = step.Now + step.State.Options.RetryInterval };
                    step.Report(new Trouble(contract, $"Blob {save.Blob.Short} cannot be saved: {reason}"));
                }

                break;
        }
    }
}
