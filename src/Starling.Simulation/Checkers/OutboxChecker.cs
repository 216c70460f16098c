using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Tasks;
using Starling.Core.Training;
using Starling.Simulation.Nodes;

namespace Starling.Simulation.Checkers;

/// <summary>
/// An honest node has at most one entry that is not settled, and sends that one again as it was: it never signs two entries under one
/// number, and begins no next one before the ledger shows the last. A disk that is lost, or goes back in time, takes the promise with it;
/// but what the ledger shows of it a node never signs anew.
/// </summary>
internal sealed class OutboxChecker(IObservedWorld world) : Checker(world)
{
    private const string Rule = "one entry at a time";

    private readonly SortedSet<EntryId> settled = [];
    private readonly SortedDictionary<(NodeId Author, ContractId Contract), (SignedEntry Entry, int Losses)> last = [];

    public override void Folded(VerifiedEntry entry, TrainingState before, FoldResult result) => Settle(entry);

    public override void Folded(VerifiedEntry entry, RunnerState before, RunnerFoldResult result) => Settle(entry);

    private void Settle(VerifiedEntry entry)
    {
        if (entry.SignatureValid && World.Find(entry.Entry.Body.Author)?.Identity.Key.Equals(entry.Entry.Key) == true)
            settled.Add(entry.Entry.Id);
    }

    public override void Asked(IObservedNode node, Effect effect)
    {
        if (!node.IsHonest || effect is not Sign sign)
            return;
        var body = EntryBody.Decode(sign.Bytes.AsMemory());
        if (node.State?.Find(body.Contract)?.Folded.Authors.GetValueOrDefault(body.Author) is not { } shown)
            return;
        if ((body.Incarnation, body.Sequence).CompareTo((shown.Incarnation, shown.Sequence)) <= 0)
            World.Report(Rule,
                $"{node.Name} signs an entry {body.Incarnation}.{body.Sequence}, though the ledger shows its {shown.Incarnation}.{shown.Sequence}");
    }

    public override void Sent(IObservedNode node, SignedEntry entry)
    {
        if (!node.IsHonest)
            return;
        var outbox = (node.Identity.Id, entry.Body.Contract);
        if (last.TryGetValue(outbox, out var before) && before.Losses == node.Disk.Losses && before.Entry.Id != entry.Id)
        {
            var (next, earlier) =
                ((entry.Body.Incarnation, entry.Body.Sequence), (before.Entry.Body.Incarnation, before.Entry.Body.Sequence));
            if (next.CompareTo(earlier) <= 0)
                World.Report(Rule,
                    $"{node.Name} sends another entry {next.Incarnation}.{next.Sequence} after {earlier.Incarnation}.{earlier.Sequence}");
            else if (!settled.Contains(before.Entry.Id))
                World.Report(Rule,
                    $"{node.Name} sends entry {next.Incarnation}.{next.Sequence} before the ledger shows {earlier.Incarnation}.{earlier.Sequence}");
        }

        last[outbox] = (entry, node.Disk.Losses);
    }
}
