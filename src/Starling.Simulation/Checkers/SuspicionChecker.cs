using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Training;
using Starling.Simulation.Nodes;

namespace Starling.Simulation.Checkers;

/// <summary>
/// Nobody is deposed by a clock: unless the connection broke, an honest node suspects no leader that has just sent it a chunk or enough
/// bytes of one, and none after the ledger left its last question without an answer. And where nothing goes wrong from the beginning, no
/// leader is deposed, however slow the links are.
/// </summary>
internal sealed class SuspicionChecker(IObservedWorld world) : Checker(world)
{
    // Of a timeout passes at least so much on the world's clock, since a node's own may be fast.
    private const double LeastPart = 0.8;

    private readonly SortedDictionary<(int Node, OperationId Operation), NodeId> asked = [];
    private readonly SortedDictionary<(int Node, NodeId Peer), TimeSpan> heard = [];
    private readonly SortedSet<(int Node, OperationId Operation)> reads = [];
    private readonly SortedSet<int> unanswered = [];

    public override void Folded(VerifiedEntry entry, TrainingState before, FoldResult result)
    {
        if (World.CalmSince == TimeSpan.Zero && result.Entry is Suspect && result.Happenings.OfType<TermChanged>().Any())
            World.Report("nobody is deposed by a clock",
                $"{before.Round!.Leader.Name} is deposed in round {before.Round.Round}, though nothing was wrong");
    }

    public override void Asked(IObservedNode node, Effect effect)
    {
        if (effect is FetchChunk fetch)
            asked[(node.Index, fetch.Id)] = fetch.Peer;
        else if (effect is Cancel cancel)
            asked.Remove((node.Index, cancel.Id)); // It may go on all the same, but the node hears nothing of it.
        else if (effect is ReadLedger read && read.Contract == World.Truth.Contract)
            reads.Add((node.Index, read.Id));
    }

    public override void Stepped(IObservedNode node, Input input, StepResult result)
    {
        if (input is Completion completion)
            Hear(node, completion);
        else if (input is ChunkProgressed some && some.Bytes >= World.ProgressFloorBytes
            && asked.TryGetValue((node.Index, some.Operation), out var sender))
            heard[(node.Index, sender)] = World.Now;
        if (node.IsHonest)
            foreach (var effect in result.Effects)
                if (effect is Sign sign)
                    Check(node, EntryBody.Decode(sign.Bytes.AsMemory()));
    }

    // Whoever starts again counts its operations anew, and what it does for another contract is not told here.
    public override void Killed(IObservedNode node)
    {
        foreach (var old in asked.Keys.Where(old => old.Node == node.Index).ToList())
            asked.Remove(old);
        reads.RemoveWhere(old => old.Node == node.Index);
    }

    private void Hear(IObservedNode node, Completion completion)
    {
        if (asked.Remove((node.Index, completion.Operation), out var peer) && completion is ChunkArrived)
            heard[(node.Index, peer)] = World.Now;
        if (!reads.Remove((node.Index, completion.Operation)))
            return;
        if (completion is LedgerReadFailed)
            unanswered.Add(node.Index);
        else
            unanswered.Remove(node.Index);
    }

    private void Check(IObservedNode node, EntryBody body)
    {
        if (body.Contract != World.Truth.Contract || TrainingEntryCodec.Decode(body.Payload) is not Suspect
            || node.State?.Contracts.GetValueOrDefault(body.Contract) is not { Clocks.IsLeaderBroken: false, Fold.Round: { } round })
            return;
        if (heard.TryGetValue((node.Index, round.Leader), out var at) && World.Now - at < round.Settings.LeaderTimeout * LeastPart)
            World.Report("nobody is deposed by a clock",
                $"{node.Name} suspects {round.Leader.Name}, which sent it something {(World.Now - at).TotalSeconds:0.0} s ago");
        if (unanswered.Contains(node.Index))
            World.Report("nobody is deposed by a clock", $"{node.Name} suspects {round.Leader.Name}, though the ledger does not answer it");
    }
}
