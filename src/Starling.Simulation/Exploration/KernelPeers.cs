using System.Collections.Immutable;
using Starling.Core.Blobs;
using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Simulation.Exploration;

/// <summary>
/// What nodes fetch from each other. A request is answered as soon as some live holder has the blob and serves it to who asks; until then
/// it is under way. A holder that cannot serve says so only if another can, so that the kernel asks that one.
/// </summary>
internal sealed class KernelPeers(ExploredContract contract, KernelWorld world)
{
    private readonly ImmutableArray<KernelNode>.Builder nodes = world.Nodes.ToBuilder();

    /// <summary>Answers requests until no more can be.</summary>
    /// <param name="byzantine">A node and a blob that the Byzantine member serves it; null if it serves nothing.</param>
    public KernelWorld Settle((int Node, BlobId Blob)? byzantine)
    {
        var moved = true;
        while (moved)
        {
            moved = false;
            for (var i = 0; i < nodes.Count; i++)
                while (!nodes[i].IsDead && AnswerOne(i, byzantine))
                    moved = true;
        }

        return world with { Nodes = nodes.ToImmutable() };
    }

    private bool AnswerOne(int i, (int Node, BlobId Blob)? byzantine)
    {
        foreach (var (blob, transfer) in nodes[i].State.Transfers.Blobs)
        {
            if (transfer.Holders.Keys.FirstOrDefault(
                holder => IsAsked(transfer, holder) && Serves(holder, i, blob, byzantine)) is not { IsNone: false } server)
                continue;
            var edge = new KernelEdge(contract, i, nodes[i], world.Entries);
            var request = nodes[i].Fetches.FirstOrDefault(fetch => Asks(fetch).Blob == blob);
            if (request is not null)
                edge.Answer(request, Asks(request).Peer == server);
            else if (transfer.Holders[server].Failures > 0)
                edge.Tell(new PeerUp(server)); // It rests, since it could not serve before.
            else
                // It had no vote when it was asked, so that a quarter of a second is the most that it rests.
                edge.Pass(transfer.Holders[server].RestsUntil);
            nodes[i] = edge.Node;
            if (request is null && nodes[i].Fetches.All(fetch => Asks(fetch).Blob != blob))
                throw new InvalidOperationException(
                    $"{contract.Nodes[i].Id.Name} asks nobody for blob {blob.Short}, though {server.Name} serves it.");
            return true;
        }

        return false;
    }

    // Where several fetch a blob at once they ask each other for shares of it, which a blob of one chunk has not: they ask who
    // is known to have it whole.
    private static bool IsAsked(BlobTransfer transfer, NodeId holder) => transfer.Spread is not { } spread || spread.Whole.Contains(holder);

    private bool Serves(NodeId holder, int i, BlobId blob, (int Node, BlobId Blob)? byzantine)
    {
        if (holder == contract.Byzantine)
            return byzantine == (i, blob);
        var node = nodes[contract.IndexOf(holder)];
        return !node.IsDead && node.State.Held.Contains(blob)
            && node.State.Shared.TryGetValue(blob, out var audience) && audience.Contains(contract.Nodes[i].Id);
    }

    private static (NodeId Peer, BlobId Blob) Asks(Operation fetch) => fetch switch
    {
        FetchManifest manifest => (manifest.Peer, manifest.Blob),
        FetchChunk chunk => (chunk.Peer, chunk.Blob),
        _ => throw new InvalidOperationException($"{fetch.GetType().Name} asks no peer."),
    };
}
