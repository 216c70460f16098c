using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Node.Loop;

namespace Starling.Node.Tests.Loop;

public sealed class InputQueueTests
{
    private static readonly NodeId A = NodeId.Create("test", "clinic", "a");
    private static readonly NodeId B = NodeId.Create("test", "clinic", "b");
    private static readonly ContractId Contract = ContractId.Parse("trial");
    private readonly InputQueue queue = new();

    [Fact]
    public void Inputs_come_out_in_order()
    {
        Input[] inputs = [new PeerUp(A), new Saved(new OperationId(1)), Hint(A), new PeerDown(A)];
        foreach (var input in inputs)
            queue.Add(input);
        Assert.Equal(inputs, inputs.Select(_ => queue.Take()));
    }

    [Fact]
    public void A_peer_that_talks_too_much_loses_messages_and_nobody_else_does()
    {
        for (var i = 0; i < InputQueue.MaxMessagesPerPeer + 3; i++)
            queue.Add(Hint(A));
        queue.Add(Hint(B));
        queue.Add(new Saved(new OperationId(1)));
        Assert.Equal(3, queue.Dropped);
        Assert.Equal(InputQueue.MaxMessagesPerPeer + 2, queue.Count);

        queue.Take();
        queue.Add(Hint(A));
        Assert.Equal(3, queue.Dropped);
    }

    [Fact]
    public void Completions_always_find_room()
    {
        for (var i = 0; i < 100_000; i++)
            queue.Add(new Saved(new OperationId(i)));
        Assert.Equal(100_000, queue.Count);
    }

    [Fact]
    public void Hints_that_wait_are_one()
    {
        queue.Add(new LedgerChanged(Contract));
        queue.Add(new LedgerChanged(Contract));
        queue.Add(new Woke());
        queue.Add(new Woke());
        Assert.Equal(2, queue.Count);
        queue.Take();
        queue.Add(new LedgerChanged(Contract));
        Assert.Equal(2, queue.Count);
    }

    [Fact]
    public void Progress_that_waits_is_added_up()
    {
        var blob = new BlobId(Digest.Of("blob"u8));
        queue.Add(new ChunkProgressed(new OperationId(1), 10));
        queue.Add(new BlobServed(A, blob, 5));
        queue.Add(new ChunkProgressed(new OperationId(1), 20));
        queue.Add(new BlobServed(A, blob, int.MaxValue));
        queue.Add(new ChunkProgressed(new OperationId(2), 1));
        Assert.Equal(new ChunkProgressed(new OperationId(1), 30), queue.Take());
        Assert.Equal(new BlobServed(A, blob, int.MaxValue), queue.Take());
        Assert.Equal(new ChunkProgressed(new OperationId(2), 1), queue.Take());
        queue.Add(new ChunkProgressed(new OperationId(1), 7));
        Assert.Equal(new ChunkProgressed(new OperationId(1), 7), queue.Take());
    }

    [Fact]
    public async Task Closing_wakes_who_waits_and_lets_nothing_in()
    {
        var waiting = Task.Factory.StartNew(queue.Take, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        queue.Close();
        Assert.Null(await waiting);
        queue.Add(new Woke());
        Assert.Equal(0, queue.Count);
        Assert.Null(queue.Take());
    }

    private static PeerMessageArrived Hint(NodeId peer) => new(peer, new LedgerHint(Contract, 1));
}
