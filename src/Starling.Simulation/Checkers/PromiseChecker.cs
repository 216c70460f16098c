using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Training.Participation;
using Starling.Simulation.Nodes;

namespace Starling.Simulation.Checkers;

/// <summary>
/// Where members say to each other which update they hold, nothing said is lost: the update is synced before the word leaves an honest
/// node, and stays on its disk until a later one of its own is as safe. A lost or restored disk takes the promise with it.
/// </summary>
internal sealed class PromiseChecker(IObservedWorld world) : Checker(world)
{
    private readonly SortedDictionary<NodeId, List<BlobId>> handedOver = [];
    private readonly SortedDictionary<NodeId, (int Place, int Losses)> promises = [];

    public override void Asked(IObservedNode node, Effect effect)
    {
        if (!node.IsHonest || effect is not Send { Message: ProtocolMessage message } || World.Truth.Settings is not { } settings
            || SyncProtocols.Announced(settings.Protocol, message.Payload) is not { IsNone: false } update)
            return;
        if (!node.Disk.Holds(update))
            World.Report("saved before announced", $"{node.Name} announces update {update.Short}, which is not synced on its disk");
        promises[node.Identity.Id] = (HandedOver(node).LastIndexOf(update), node.Disk.Losses);
    }

    public override void Stepped(IObservedNode node, Input input, StepResult result)
    {
        if (input is UpdateReady ready && ready.Contract == World.Truth.Contract)
            HandedOver(node).Add(ready.Update);
        Check(node);
    }

    public override void Killed(IObservedNode node) => Check(node);

    private List<BlobId> HandedOver(IObservedNode node)
    {
        if (!handedOver.TryGetValue(node.Identity.Id, out var updates))
            handedOver[node.Identity.Id] = updates = [];
        return updates;
    }

    private void Check(IObservedNode node)
    {
        if (!node.IsHonest || !promises.TryGetValue(node.Identity.Id, out var promise) || promise.Losses != node.Disk.Losses)
            return;
        var updates = HandedOver(node);
        if (!updates.Skip(Math.Max(0, promise.Place)).Any(node.Disk.Holds))
            World.Report("nothing announced is lost", $"{node.Name} has lost the update that it announced, and holds no later one");
    }
}
