using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Tasks.Operating;
using Starling.Core.Training.Participation;

namespace Starling.Core.Contracts;

/// <summary>
/// Reads a contract's ledger, folds what is new, mirrors it, and compares what is old. After a start the whole history is compared with the
/// mirror; later each read shows the last known entry again.
/// </summary>
internal static class LedgerFollower
{
    // How long the ledger may show fewer entries than were read: its copy that is asked may be behind for a while.
    private static readonly TimeSpan ShrinkTimeout = TimeSpan.FromMinutes(2);

    /// <summary>Reads if there is a reason, or if it is time.</summary>
    public static void Advance(NodeStep step, ContractId contract)
    {
        var reading = step.Part(contract).Reading;
        if (!reading.IsReading
            && (reading.ReadAgain || step.Due(reading.NextRead) || (IsPromised(step.Part(contract)) && step.Due(reading.HintsCountAt))))
            Begin(step, contract);
        Outbox.Advance(step, contract);
    }

    /// <summary>
    /// Whether the ledger's answer to a question that was asked at this time or later is known. If not, it is asked, unless it was; one
    /// that has just failed to answer is left alone for a while.
    /// </summary>
    public static bool HasReadSince(NodeStep step, ContractId contract, Instant time)
    {
        var p = step.Part(contract);
        if (p.Reading.SeenAt >= time)
            return true;
        if (!p.Reading.IsReading && (!p.Reading.HasFailed || step.Due(p.Reading.NextRead)))
            Begin(step, contract);
        else if (p.Reading.IsReading && p.Reading.BegunAt < time)
            step.Set(p with { Reading = p.Reading with { ReadAgain = true } });
        return false;
    }

    /// <summary>Whether it is news that the ledger has changed: the node follows it on, and is not going to read anyway.</summary>
    public static bool IsNews(NodeState node, ContractId contract) => node.Find(contract) is { SetAside: null, Reading.ReadAgain: false };

    /// <summary>
    /// Whether it is news that a peer promises so many entries: the node has not folded them, and is not going to read because of another
    /// promise.
    /// </summary>
    public static bool IsNews(NodeState node, ContractId contract, long height) =>
        IsNews(node, contract) && node.Find(contract) is { } p && height > p.Folded.Height && !IsPromised(p);

    /// <summary>The backend says that there are more entries.</summary>
    public static void Hint(NodeStep step, ContractId contract)
    {
        if (IsNews(step.State, contract))
            step.Set(step.Part(contract) with { Reading = step.Part(contract).Reading with { ReadAgain = true } });
    }

    /// <summary>
    /// A peer says that there are more entries. After a promise that was not kept the next ones wait: who promises what is not there could
    /// otherwise have the node read without a pause.
    /// </summary>
    public static void Hint(NodeStep step, ContractId contract, long height)
    {
        if (!IsNews(step.State, contract, height))
            return;
        var p = step.Part(contract);
        step.Set(p with { Reading = p.Reading with { Promised = height, ReadAgain = p.Reading.HintsCountAt <= step.Now } });
    }

    /// <summary>A page came.</summary>
    public static void Read(NodeStep step, ContractId contract, LedgerPage page)
    {
        var before = step.Part(contract).Folded.Height;
        var compared = step.Part(contract).Reading.Compared;
        for (var i = 0; i < page.Entries.Length && !step.State.HasHalted && step.Part(contract).SetAside is null; i++)
        {
            var height = page.From + i;
            var fold = step.Part(contract).Folded;
            if (height > fold.Height)
                break;
            if (height == fold.Height)
                Fold(step, contract, page.Entries[i], tells: true);
            else if (page.Entries[i].Entry.StoredDigest != step.Part(contract).Reading.Stored[(int)height])
                step.Halt(contract, HaltReason.LedgerForked,
                    $"The ledger shows another entry at height {height} than this node has mirrored.");
            if (height <= compared)
                compared = Math.Max(compared, height + 1);
        }

        if (step.State.HasHalted)
            return;
        var p = step.Part(contract);
        if (p.Folded.Height > before)
            step.Do(new MirrorEntries(contract, before,
                [.. page.Entries.Skip((int)(before - page.From)).Take((int)(p.Folded.Height - before))]));
        var isShort = page.Height < p.Folded.Height;
        var shortSince = isShort ? (p.Reading.ShortSince < step.Now ? p.Reading.ShortSince : step.Now) : Instant.Never;
        if (isShort && p.Reading.ShortSince == Instant.Never)
            step.Report(new Trouble(contract, $"The ledger shows {page.Height} entries of {p.Folded.Height} that this node has mirrored. "
                + $"If that lasts for {ShrinkTimeout}, the node stops."));
        if (isShort && step.Due(shortSince + ShrinkTimeout))
        {
            step.Halt(contract, HaltReason.LedgerShrank,
                $"The ledger shows {page.Height} entries; this node has mirrored {p.Folded.Height}.");
            return;
        }

        var isBehind = page.Height > p.Folded.Height || compared < p.Folded.Height || p.Folded.Height < p.Reading.KnownHeight;
        var skipsKnown = page.Height > before && page.From < before && page.From + page.Entries.Length == before;
        step.Set(p with
        {
            Reading = p.Reading with
            {
                IsReading = false,
                HasFailed = false,
                SeenAt = p.Reading.BegunAt,
                ReadAgain = p.Reading.ReadAgain || skipsKnown
                    || (isBehind && (p.Folded.Height > before || compared > p.Reading.Compared)),
                SkipsKnown = skipsKnown,
                Compared = compared,
                HasCaughtUp = p.Reading.HasCaughtUp ? !isBehind || isShort : !isBehind && !isShort,
                NextRead = step.Now + (step.State.Options.ReadInterval ?? step.State.Options.PollInterval),
                HintsCountAt = page.Height < p.Reading.Expected ? step.Now + step.State.Options.PollInterval : p.Reading.HintsCountAt,
                ShortSince = shortSince,
            },
        });
    }

    /// <summary>The backend did not answer. That is told once, until it does.</summary>
    public static void ReadFailed(NodeStep step, ContractId contract, string reason)
    {
        var p = step.Part(contract);
        if (!p.Reading.HasFailed)
            step.Report(new Trouble(contract, $"The ledger cannot be read: {reason}"));
        step.Set(p with
        {
            Reading = p.Reading with { IsReading = false, HasFailed = true, NextRead = step.Now + step.State.Options.PollInterval },
        });
    }

    /// <summary>Folds one entry.</summary>
    /// <param name="step">The step.</param>
    /// <param name="contract">The contract.</param>
    /// <param name="entry">Its next entry.</param>
    /// <param name="tells">Whether watchers hear of it. Not of what was mirrored: they heard of it before the node started again.</param>
    public static void Fold(NodeStep step, ContractId contract, VerifiedEntry entry, bool tells)
    {
        var before = step.Part(contract);
        switch (before with { Reading = before.Reading.With(entry.Entry.StoredDigest) })
        {
            case Participant training:
                TrainingFollower.Fold(step, training, entry, tells);
                break;
            case RunnerPart runner:
                RunnerFollower.Fold(step, runner, entry, tells);
                break;
        }

        if (!before.IsUnderAnotherKey(step.State.Self) && step.Part(contract).IsUnderAnotherKey(step.State.Self))
            step.Report(new Trouble(contract, ContractPart.AnotherKey(contract, step.State.Self)));
        if (entry.SignatureValid)
            Outbox.ReadBack(step, contract, entry.Entry);
    }

    private static bool IsPromised(ContractPart p) => p.Reading.Promised > p.Folded.Height;

    private static void Begin(NodeStep step, ContractId contract)
    {
        var p = step.Part(contract);
        var from = p.Reading.SkipsKnown ? p.Folded.Height : Math.Min(p.Reading.Compared, Math.Max(0, p.Folded.Height - 1));
        step.Do(new AwaitedRead(contract), id => new ReadLedger(id, contract, from));
        step.Set(p with
        {
            Reading = p.Reading with
            {
                IsReading = true,
                BegunAt = step.Now,
                ReadAgain = false,
                SkipsKnown = false,
                Expected = IsPromised(p) ? p.Reading.Promised : 0,
                Promised = 0,
            },
        });
    }
}
