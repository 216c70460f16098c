using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Ledger;
using Starling.Core.Tasks;
using Starling.Core.Training;
using Starling.Simulation.Nodes;

namespace Starling.Simulation.Checkers;

/// <summary>
/// Nobody speaks for another: what the fold counts as an honest member's entry, that member sent. And whoever the author is, each entry
/// that counts has a higher number than the one before.
/// </summary>
internal sealed class AuthorshipChecker(IObservedWorld world) : Checker(world)
{
    private readonly SortedSet<EntryId> sent = [];
    private readonly SortedDictionary<(NodeId Author, ContractId Contract), (long Incarnation, long Sequence)> counted = [];

    public override void Sent(IObservedNode node, SignedEntry entry) => sent.Add(entry.Id);

    public override void Folded(VerifiedEntry entry, TrainingState before, FoldResult result) => Count(entry, before, result.State);

    public override void Folded(VerifiedEntry entry, RunnerState before, RunnerFoldResult result) => Count(entry, before, result.State);

    private void Count(VerifiedEntry entry, ContractState before, ContractState after)
    {
        var (id, body) = (entry.Entry.Id, entry.Entry.Body);
        // An entry that counts for its author is remembered, accepted or not.
        if (before.Ids.Contains(id) || !after.Ids.Contains(id) || World.Find(body.Author) is not { } author)
            return;
        if (author.IsHonest && !sent.Contains(id))
            World.Report("nobody speaks for another",
                $"entry {body.Incarnation}.{body.Sequence} counts as {author.Name}'s, who did not send it");
        var number = (body.Incarnation, body.Sequence);
        if (counted.TryGetValue((body.Author, body.Contract), out var last) && number.CompareTo(last) <= 0)
            World.Report("an author's entries are in order",
                $"{author.Name}'s entry {body.Incarnation}.{body.Sequence} counts after {last.Incarnation}.{last.Sequence}");
        counted[(body.Author, body.Contract)] = number;
    }
}
