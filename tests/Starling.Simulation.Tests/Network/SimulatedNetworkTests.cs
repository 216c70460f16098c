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
        var progress = 0;
        var arrived = TimeSpan.Zero;
        network.Carry(0, 1, 500, () => arrived = heap.Now, null, bytes => progress += bytes);
        Pass(10);
        Assert.InRange(arrived.TotalSeconds, 5.9, 6.5);
        Assert.InRange(progress, 300, 500);
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
