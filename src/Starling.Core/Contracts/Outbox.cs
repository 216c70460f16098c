using System.Collections.Immutable;
using Starling.Core.Canonical;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Training;

namespace Starling.Core.Contracts;

/// <summary>
/// Brings a node's own entries into the ledger, one at a time: signed, journalled, sent, and sent again with the same bytes until it is
/// read back, also after a restart.
/// </summary>
internal static class Outbox
{
    /// <summary>The journal key of a contract's last own entry.</summary>
    public static string Key(ContractId contract) => $"{contract}/outbox";

    /// <summary>Whether this node may append its next entry.</summary>
    public static bool IsIdle(ContractPart p) => p.Outbox.Stage == OutboxStage.Idle;

    /// <summary>
    /// Whether the ledger shows entries of this node that its journal knows nothing of: its disk is gone, or an old one was restored.
    /// </summary>
    public static bool HasLostDisk(ContractPart p, Author self) =>
        self.Incarnation > p.Outbox.Incarnation || (self.Incarnation == p.Outbox.Incarnation && self.Sequence > p.Outbox.Sequence);

    /// <summary>Begins an entry of a training contract.</summary>
    public static void Propose(NodeStep step, ContractId contract, TrainingEntry entry) =>
        Propose(step, contract, TrainingEntryCodec.Encode(entry), entry is Rejoin);

    /// <summary>Begins an entry.</summary>
    /// <param name="step">The step.</param>
    /// <param name="contract">The contract.</param>
    /// <param name="payload">What the entry says.</param>
    /// <param name="rejoins">Whether it says that this node lost its disk, and so begins its next incarnation.</param>
    public static void Propose(NodeStep step, ContractId contract, byte[] payload, bool rejoins)
    {
        var p = step.Part(contract);
        var (incarnation, sequence) = rejoins
            ? (p.Folded.Authors[step.Self].Incarnation + 1, 1)
            : (p.Outbox.Incarnation, p.Outbox.Sequence + 1);
        var body = ImmutableArray.Create(new EntryBody(contract, p.Folded.Epoch, step.Self, incarnation, sequence, p.Folded.RulesVersion,
            p.Folded.Height, p.Folded.ChainHash, payload).Encode());
        step.Set(p with
        {
            Outbox = new OutboxState { Incarnation = incarnation, Sequence = sequence, Stage = OutboxStage.Signing, Body = body },
        });
        step.Do(new AwaitedSignature(contract), id => new Sign(id, body));
    }

    /// <summary>The signature came: journal the entry.</summary>
    public static void Signed(NodeStep step, ContractId contract, Signed signed)
    {
        var p = step.Part(contract);
        var entry = new SignedEntry(p.Outbox.Body.AsSpan(), step.State.Self.Key, signed.Signature.AsSpan());
        step.Set(p with { Outbox = p.Outbox with { Stage = OutboxStage.Saving, Body = [], Entry = entry } });
        Save(step, contract);
    }

    /// <summary>The journal has it: send it.</summary>
    public static void Saved(NodeStep step, ContractId contract, OperationId operation)
    {
        var p = step.Part(contract);
        // An entry that was read back while it was being saved is settled; its save says nothing of the next one.
        if (p.Outbox.Stage != OutboxStage.Saving || p.Outbox.SaveOperation != operation)
            return;
        step.Set(p with { Outbox = p.Outbox with { Stage = OutboxStage.Sending, IsUnderWay = false } });
        Append(step, contract);
    }

    /// <summary>The journal could not be written.</summary>
    public static void SaveFailed(NodeStep step, ContractId contract) => step.Set(step.Part(contract) with
    {
        Outbox = step.Part(contract).Outbox with { IsUnderWay = false, RetryAt = step.Now + step.State.Options.RetryInterval },
    });

    /// <summary>The backend answered.</summary>
    public static void Appended(NodeStep step, ContractId contract, AppendOutcome outcome)
    {
        var p = step.Part(contract);
        if (p.Outbox.Stage != OutboxStage.Sending)
            return;
        var pause = step.State.Options.ResendInterval * Math.Min(1 << Math.Min(p.Outbox.Sendings, 4), 10);
        step.Set(p with
        {
            Outbox = p.Outbox with { IsUnderWay = false, RetryAt = step.Now + pause },
            Reading = p.Reading with { ReadAgain = true },
        });
        if (outcome == AppendOutcome.Appended && step.State.Options.HintsPeers)
            foreach (var peer in p.Folded.Audience)
                if (step.State.PeersUp.Contains(peer))
                    step.Do(new Send(peer, new LedgerHint(contract, p.Folded.Height + 1)));
    }

    /// <summary>An entry was read: if it is this node's own, it is resolved, accepted or refused.</summary>
    public static void ReadBack(NodeStep step, ContractId contract, SignedEntry entry)
    {
        var p = step.Part(contract);
        // Anyone can put the same bytes under another key in front: that settles nothing. The node may have another one since, too.
        if (p.Outbox.Entry is { } own && own.Id == entry.Id && own.Key.Equals(entry.Key))
            step.Set(p with { Outbox = new OutboxState { Incarnation = p.Outbox.Incarnation, Sequence = p.Outbox.Sequence } });
    }

    /// <summary>Tries again what failed.</summary>
    public static void Advance(NodeStep step, ContractId contract)
    {
        var outbox = step.Part(contract).Outbox;
        if (outbox.IsUnderWay || outbox.Stage is OutboxStage.Idle or OutboxStage.Signing || !step.Due(outbox.RetryAt))
            return;
        if (outbox.Stage == OutboxStage.Saving)
            Save(step, contract);
        else if (step.Part(contract).Reading.HasCaughtUp)
            Append(step, contract);
    }

    /// <summary>Takes up what the journal tells: the last own entry, which may or may not be in the ledger.</summary>
    public static OutboxState Restore(ReadOnlySpan<byte> record)
    {
        var reader = new CanonicalReader(record);
        var entry = SignedEntry.Decode(reader.Bytes(SignedEntry.MaxBytes));
        reader.End();
        return new OutboxState
        {
            Incarnation = entry.Body.Incarnation,
            Sequence = entry.Body.Sequence,
            Stage = OutboxStage.Sending,
            Entry = entry,
        };
    }

    private static void Save(NodeStep step, ContractId contract)
    {
        var outbox = step.Part(contract).Outbox;
        var record = new JournalRecord(Key(contract), [.. new CanonicalWriter().Bytes(outbox.Entry!.Encode()).Written]);
        var save = step.Do(new AwaitedEntrySave(contract), id => new SaveRecord(id, record));
        step.Set(step.Part(contract) with { Outbox = outbox with { IsUnderWay = true, SaveOperation = save } });
    }

    private static void Append(NodeStep step, ContractId contract)
    {
        var outbox = step.Part(contract).Outbox;
        ImmutableArray<OperationId> after = outbox.SaveOperation == default ? [] : [outbox.SaveOperation];
        step.Do(new AwaitedAppend(contract), id => new AppendEntry(id, outbox.Entry!, after));
        step.Set(step.Part(contract) with { Outbox = outbox with { IsUnderWay = true, Sendings = outbox.Sendings + 1 } });
    }
}
