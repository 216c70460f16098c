using Starling.Core.Kernel;
using Starling.Simulation.Network;
using Starling.Simulation.Scheduling;

namespace Starling.Simulation.Tests.Network;

public sealed class SimulatedNetworkTests
{
    private readonly EventHeap heap = new();
    private readonly List<string> told = [];
    private readonly SimulatedNetwork network;

    public SimulatedNetworkTests()
    {
        network = new SimulatedNetwork(heap, new SeededRandom(4), 2, (node, peer, up) => told.Add($"{node} {peer} {(up ? "up" : "down")}"));
        network.Start(0);
        network.Start(1);
        network.Want(0, [1]);
        network.Want(1, [0]);
        Pass(1);
    }

    [Fact]
    public void AConnectionStandsWhenBothWantIt()
    {
        Assert.True(network.Stands(0, 1));
        Assert.Equal(["0 1 up", "1 0 up"], told.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void BytesTakeTimeAndTellOfProgressOnASlowLink()
    {
        network.Slow(0, 1, 100);
        var (sent, progress) = (0, 0);
        var arrived = TimeSpan.Zero;
        network.Carry(0, 1, 500, () => arrived = heap.Now, bytes => sent += bytes, bytes => progress += bytes);
        Pass(3);
        Assert.InRange(sent, 200, 300);
        Pass(7);
        Assert.InRange(arrived.TotalSeconds, 5.9, 6.5);
        Assert.Equal(500, sent);
        Assert.InRange(progress, 300, 500);
    }

    /// <summary>
    /// Red if what is sent more slowly than a byte a look is never told of, or what a broken connection carried blocks the next.
    /// </summary>
    [Fact]
    public void WhatTricklesIsProgressAndEndsWithItsConnection()
    {
        var (sent, progress, arrived) = (0, 0, false);
        network.Carry(0, 1, 500, () => arrived = true, bytes => sent += bytes, bytes => progress += bytes, most: 0.8);
        Pass(100);
        Assert.InRange(sent, 75, 85);
        Assert.InRange(progress, 75, 85);
        network.Reset(0, 1);
        Pass(1);
        network.Carry(0, 1, 500, () => arrived = true, _ => { });
        Pass(1);
        Assert.True(arrived);
        Assert.InRange(sent, 75, 85);
    }

    /// <summary>Red if a node's limit holds for each peer by itself, or for what is not a blob.</summary>
    [Fact]
    public void ANodeThatIsLimitedSendsBlobsToAllTogetherNoFaster()
    {
        var limited = new SimulatedNetwork(heap, new SeededRandom(4), 3, (_, _, _) => { }, node => node == 0 ? 100 : long.MaxValue);
        for (var node = 0; node < 3; node++)
        {
            limited.Start(node);
            limited.Want(node, [.. Enumerable.Range(0, 3).Where(other => other != node)]);
        }

        Pass(1);
        var (begin, arrived) = (heap.Now, new SortedDictionary<string, double>());
        Action Note(string what) => () => arrived.Add(what, (heap.Now - begin).TotalSeconds);
        limited.Carry(0, 1, 500, Note("first"), _ => { });
        limited.Carry(0, 2, 500, Note("second"), _ => { });
        limited.Carry(1, 2, 500, Note("of another"), _ => { });
        limited.Carry(2, 0, 500, Note("word"));
        Pass(20);
        Assert.InRange(arrived["first"], 5, 5.5);
        Assert.InRange(arrived["second"], 10, 10.5);
        Assert.InRange(arrived["of another"], 0, 0.5);
        Assert.InRange(arrived["word"], 0, 0.5);
    }

    [Fact]
    public void BytesThatMeetACutWireWaitUntilItIsMended()
    {
        var arrived = false;
        network.Cut(0, 1);
        network.Carry(0, 1, 10, () => arrived = true);
        Pass(0.4);
        Assert.False(arrived);
        network.Mend(0, 1);
        Pass(1);
        Assert.True(arrived);
        Assert.DoesNotContain("0 1 down", told);
    }

    [Fact]
    public void AWireThatCarriesOneWayOnlyBreaksTheConnectionInTime()
    {
        var arrived = false;
        network.Cut(0, 1);
        network.Carry(0, 1, 10, () => arrived = true);
        Pass(5);
        Assert.False(network.Stands(0, 1));
        Assert.Contains("1 0 down", told);
        network.Mend(0, 1);
        Pass(1);
        Assert.True(network.Stands(0, 1));
        Assert.False(arrived);
    }

    [Fact]
    public void ADeadNodeIsToldNothingAndItsPeerIsToldAtOnce()
    {
        told.Clear();
        network.Stop(0);
        Pass(1);
        Assert.Equal(["1 0 down"], told);
        network.Start(0);
        network.Want(0, [1]);
        Pass(1);
        Assert.Equal(["1 0 down", "0 1 up", "1 0 up"],
            told.Order(StringComparer.Ordinal).OrderBy(line => line.EndsWith("up", StringComparison.Ordinal)));
    }

    private void Pass(double seconds)
    {
        var until = heap.Now + TimeSpan.FromSeconds(seconds);
        while (heap.Step(until))
        {
        }
    }
}
