using System.Collections.Immutable;
using Starling.Core.Contracts;
using Starling.Core.Kernel;
using Starling.Core.Tests.Training;
using Starling.Core.Training.Participation;

namespace Starling.Core.Tests.Kernel;

/// <summary>
/// What every sync protocol must do, whatever it is: train to the end, over kills, lost disks and noise, with what its parameters allow.
/// </summary>
public sealed class SyncProtocolConformanceTests
{
    private const int Rounds = 4;

    public static TheoryData<string> Names => [.. SyncProtocols.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void AllMembersTrainToTheEndAndHoldAModel(string protocol)
    {
        var cluster = Started(protocol);
        Finish(cluster);
        Assert.All(cluster.Contract.Members, m => Assert.Equal(Rounds, cluster.Events(m).OfType<TrainingEnded>().Single().Rounds));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void WhoIsKilledGoesOnAndAllReachTheEnd(string protocol)
    {
        var cluster = Started(protocol);
        foreach (var member in cluster.Contract.Members)
        {
            Train(cluster);
            cluster.Kill(member);
            cluster.Pass(TimeSpan.FromSeconds(1));
            cluster.Start(member);
        }

        Finish(cluster);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void AllAreKilledAtOnceAndReachTheEnd(string protocol)
    {
        var cluster = Started(protocol);
        Train(cluster);
        foreach (var member in cluster.Contract.Members)
            cluster.Kill(member);
        cluster.Start([.. cluster.Contract.Members]);
        Finish(cluster);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void AMemberWithoutItsDiskReachesTheEndToo(string protocol)
    {
        var cluster = Started(protocol);
        Train(cluster);
        cluster.Kill(cluster.Contract.B);
        cluster.Wipe(cluster.Contract.B);
        cluster.Start(cluster.Contract.B);
        Finish(cluster);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void NoiseOfPeersIsIgnored(string protocol)
    {
        var cluster = Started(protocol);
        var random = new SeededRandom(7);
        for (var i = 0; i < 300; i++)
        {
            ImmutableArray<byte> noise =
                [.. Enumerable.Range(0, random.Next(2 * ProtocolMessage.MaxPayloadBytes)).Select(_ => (byte)random.Next(256))];
            cluster.Give(cluster.Contract.A,
                new PeerMessageArrived(i % 2 == 0 ? cluster.Contract.B : ContractScript.Admin,
                    new ProtocolMessage(cluster.Contract.State.Contract, noise)));
        }

        Finish(cluster);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ItsDefaultsLieInTheirRangesAndFitAnyNumberOfMembers(string protocol)
    {
        var parameters = SyncProtocols.ParametersOf(protocol);
        Assert.All(parameters, parameter => Assert.True(parameter.Allows(parameter.Default)));
        Assert.True(
            SyncProtocols.Accepts(protocol, [.. parameters.Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Default))]));
        Assert.All(Enumerable.Range(2, 30),
            members => Assert.Null(SyncProtocols.Check(protocol, [.. parameters.Select(parameter => parameter.Default)], members)));
        Assert.All(Enumerable.Range(2, 30), members => Assert.Null(SyncProtocols.CheckMerge(
            protocol, [.. parameters.Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Default))], members, 2)));
    }

    [Fact]
    public void ANameThatNobodyKnowsHaltsTheNode()
    {
        var cluster = Started("hearsay");
        Assert.Equal(HaltReason.UnknownProtocol, Assert.IsType<Halted>(cluster.Events(cluster.Contract.A).Last()).Reason);
    }

    private static KernelCluster Started(string protocol)
    {
        var contract =
            new ContractScript(4, minPeers: 2, change: f => f with { Settings = f.Settings with { Protocol = protocol, Rounds = Rounds } });
        Assert.Equal(Refusal.None, contract.Fold(contract.First));
        var cluster = new KernelCluster(contract);
        cluster.Start([.. contract.Members]);
        return cluster;
    }

    private static void Train(KernelCluster cluster) =>
        cluster.Train([.. cluster.Contract.Members.Where(m => cluster.Assigned(m) is { Last: false })]);

    private static void Finish(KernelCluster cluster)
    {
        // Each turn is more than any timeout, and a node alone needs one for each of its rounds.
        for (var turn = 0; turn < 4 * Rounds && !cluster.Contract.Members.All(m => cluster.Assigned(m) is { Last: true }); turn++)
        {
            Train(cluster);
            cluster.Pass(TimeSpan.FromMinutes(2));
        }

        Assert.All(cluster.Contract.Members, m => Assert.True(cluster.Assigned(m) is { Last: true }, $"{m.Name} has not ended"));
        Assert.All(cluster.Contract.Members,
            m => Assert.Contains(cluster[m].Contracts.Values.Single().Latest!.Value.Model, cluster[m].Durable));
    }
}
