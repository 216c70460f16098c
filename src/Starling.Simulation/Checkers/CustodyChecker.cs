using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Training;
using Starling.Simulation.Nodes;

namespace Starling.Simulation.Checkers;

/// <summary>
/// Nothing announced is lost. An honest node whose disk is intact keeps the update of its Ready until the round commits, and the
/// merge that it voted for until the term or, after the commit, the next two rounds are over: an admin may take the last round back. Every
/// committed merge is on some honest node's disk until the next.
/// </summary>
internal sealed class CustodyChecker(IObservedWorld world) : Checker(world)
{
    private readonly SortedDictionary<EntryId, int> lossesAtSending = [];
    private readonly SortedDictionary<NodeId, (BlobId Blob, int Losses)> updates = [];
    private readonly SortedDictionary<NodeId, (BlobId Blob, int Losses)> votes = [];
    private readonly SortedDictionary<NodeId, (BlobId Blob, int Losses)> commits = [];
    private readonly SortedDictionary<NodeId, (BlobId Blob, int Losses)> commitsBefore = [];
    private long committed; // The round whose merge commits are promises of; commitsBefore are of the round before.

    public override void Sent(IObservedNode node, SignedEntry entry) => lossesAtSending.TryAdd(entry.Id, node.Disk.Losses);

    public override void Folded(VerifiedEntry entry, TrainingState before, FoldResult result)
    {
        if (result.Refusal != Refusal.None)
            return;
        var author = entry.Entry.Body.Author;
        foreach (var happening in result.Happenings)
            switch (happening)
            {
                case Reopened:
                    updates.Clear();
                    votes.Clear();
                    break;
                case TermChanged:
                    votes.Clear();
                    break;
            }

        switch (result.Entry)
        {
            case Restart restart:
                TakeBack(restart.Round);
                break;
            case Ready ready when result.State.Round?.Ready.ContainsKey(author) == true:
                Promise(updates, author, ready.Update, entry.Entry.Id);
                break;
            case Merged merged:
                Promise(votes, author, merged.Merge, entry.Entry.Id);
                break;
            case AuditedFull audited:
                Promise(votes, author, audited.Merge, entry.Entry.Id);
                break;
            case AuditedSampled:
                Promise(votes, author, before.Round!.Proposal!.Merge, entry.Entry.Id);
                break;
            case Receipt receipt:
                Promise(votes, author, receipt.Merge, entry.Entry.Id);
                break;
            case Rejoin:
                votes.Remove(author);
                updates.Remove(author);
                break;
        }

        foreach (var happening in result.Happenings)
            if (happening is Committed { Commit: var commit })
                Close(commit);
            else if (happening is TermChanged)
                votes.Clear();
        foreach (var node in World.Observed)
            Check(node);
    }

    public override void Stepped(IObservedNode node, Input input, StepResult result)
    {
        Check(node);
        if (input is Started || result.Effects.Any(effect => effect is Release))
            CheckCommit();
    }

    public override void Killed(IObservedNode node)
    {
        Check(node);
        CheckCommit();
    }

    private void Promise(SortedDictionary<NodeId, (BlobId Blob, int Losses)> promises, NodeId author, BlobId blob, EntryId entry)
    {
        // Entries that no edge sent are a liar's; those of a disk that was lost since promise nothing any more.
        if (World.Find(author) is { IsHonest: true } node && lossesAtSending.TryGetValue(entry, out var losses)
            && losses == node.Disk.Losses)
            promises[author] = (blob, losses);
    }

    // Of merges that are taken back nothing is promised any more. The one before, which members train from again, is the last then.
    private void TakeBack(long round)
    {
        for (; committed > 0 && committed >= round; committed--)
            Move(commitsBefore, commits);
    }

    private static void Move(
        SortedDictionary<NodeId, (BlobId Blob, int Losses)> from, SortedDictionary<NodeId, (BlobId Blob, int Losses)> to)
    {
        to.Clear();
        foreach (var (author, promise) in from)
            to[author] = promise;
        from.Clear();
    }

    private void Close(Commit commit)
    {
        Move(commits, commitsBefore);
        committed = commit.Round;
        foreach (var (author, promise) in votes)
            if (promise.Blob == commit.Merge.Merge)
                commits[author] = promise;
        updates.Clear();
        votes.Clear();
        CheckCommit();
    }

    private void Check(IObservedNode node)
    {
        if (!node.IsHonest)
            return;
        Check(node, updates, "the update that it announced");
        Check(node, votes, "the merge that it voted for");
        Check(node, commits, "the committed merge that it voted for");
        Check(node, commitsBefore, "the committed merge before the last, that it voted for");
    }

    private void Check(IObservedNode node, SortedDictionary<NodeId, (BlobId Blob, int Losses)> promises, string what)
    {
        if (promises.TryGetValue(node.Identity.Id, out var promise) && promise.Losses == node.Disk.Losses
            && node.Disk.Blob(promise.Blob) is not { Synced: true, IsComplete: true })
            World.Report("nothing announced is lost", $"{node.Name} has lost {what}, blob {promise.Blob.Short}");
    }

    private void CheckCommit()
    {
        if (World.Truth.LastCommit is { } commit && !World.Observed.Any(node => node.IsHonest && node.Disk.Holds(commit.Merge.Merge)))
            World.Report("every committed merge is held", $"no honest node holds merge {commit.Merge.Merge.Short} of round {commit.Round}");
    }
}
