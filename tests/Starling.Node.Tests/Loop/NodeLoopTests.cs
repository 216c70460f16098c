using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Node.Loop;

namespace Starling.Node.Tests.Loop;

public sealed class NodeLoopTests
{
    private static readonly NodeId Peer = NodeId.Create("test", "clinic", "a");
    private static readonly Started Started = new([], [], []);
    private readonly InputQueue queue = new();
    private readonly Recorder effects = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 10_000)]
    public async Task Effects_are_begun_in_order_and_the_first_input_is_the_start()
    {
        var seen = new List<Input>();
        var loop = Loop(input =>
        {
            seen.Add(input);
            return input is PeerUp ? [new KeepPeers([Peer]), new WakeAt(Instant.Never), Halt] : [];
        });
        queue.Add(new PeerUp(Peer));
        loop.Start(Started, effects);
        Assert.Equal(new NodeHalted(HaltReason.Diverged, "why"), await loop.End.WaitAsync(Cancellation));
        Assert.Equal([Started, new PeerUp(Peer)], seen);
        Assert.Equal([typeof(KeepPeers), typeof(WakeAt)], effects.Begun.Select(e => e.GetType()));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_kernel_that_throws_ends_the_node()
    {
        var loop = Loop(input => input is PeerUp ? throw new InvalidOperationException("an invariant") : []);
        loop.Start(Started, effects);
        queue.Add(new PeerUp(Peer));
        Assert.Equal("an invariant", Assert.IsType<NodeBroke>(await loop.End.WaitAsync(Cancellation)).Fault.Message);
        queue.Add(new PeerUp(Peer));
        Assert.Equal(0, queue.Count);
    }

    [Fact(Timeout = 10_000)]
    public async Task It_stops_when_asked()
    {
        var loop = Loop(_ => []);
        loop.Start(Started, effects);
        loop.Stop();
        Assert.IsType<NodeStopped>(await loop.End.WaitAsync(Cancellation));
    }

    private static Halt Halt => new(HaltReason.Diverged, "why");

    private NodeLoop Loop(Func<Input, ImmutableArray<Effect>> step) =>
        new((input, _) => step(input), queue, new KernelClock(new ManualTime()));

    private sealed class Recorder : IEffectRunner
    {
        public List<Effect> Begun { get; } = [];

        public void Begin(Effect effect) => Begun.Add(effect);

        public Task StopAsync(TimeSpan limit) => Task.CompletedTask;
    }
}
