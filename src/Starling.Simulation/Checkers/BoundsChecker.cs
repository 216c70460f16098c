using Starling.Core.Kernel;
using Starling.Simulation.Nodes;

namespace Starling.Simulation.Checkers;

/// <summary>
/// Queues are bounded: effects of a step, operations and requests under way, journal and blobs stay within what the
/// numbers of members and of contracts explain.
/// </summary>
internal sealed class BoundsChecker(IObservedWorld world) : Checker(world)
{
    private const int MostJournalRecords = 16;
    private const int MostJournalBytes = 64 << 10;

    private int Members => World.Observed.Count;

    public override void Stepped(IObservedNode node, Input input, StepResult result)
    {
        if (!node.IsHonest)
            return;
        var contracts = Math.Max(1, result.State.Contracts.Count);
        // A start folds and reports the whole history; any other step is small, but for the events of a page of entries.
        var news = input is Started or LedgerRead ? 8L * result.State.Followed.Sum(each => result.State.Find(each)!.Folded.Height) : 0;
        Check(node, "effects in a step", result.Effects.Length, (contracts * (64 + (8 * Members))) + news);
        Check(node, "operations", result.State.Operations.Count, contracts * (16 + (4 * Members)));
        Check(node, "requests", result.State.Transfers.Requests.Count, result.State.Transfers.Options.MaxRequests);
        Check(node, "transfers", result.State.Transfers.Blobs.Count, contracts * (8 + (2 * Members)));
        Check(node, "journal records", node.Disk.JournalRecords, contracts * MostJournalRecords);
        if (input is Saved)
            Check(node, "journal bytes", node.Disk.JournalBytes, contracts * MostJournalBytes);
        Check(node, "blobs held", result.State.Held.Count, contracts * (8 + (3 * Members)));
        Check(node, "blobs on disk", node.Disk.BlobCount, contracts * (16 + (4 * Members)));
    }

    public void Check(IObservedNode node, string what, long count, long most)
    {
        if (count > most)
            World.Report("bounded queues", $"{node.Name} has {count} {what}; the bound is {most}");
    }
}
