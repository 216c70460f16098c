using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Simulation.Keys;

namespace Starling.Simulation.Tests.Keys;

public sealed class SimulatedKeysTests
{
    private readonly SimulatedKeys keys = new(new SeededRandom(1));

    [Fact]
    public void OnlyTheKeysOwnSignatureOverTheseBytesVerifies()
    {
        var (a, b) = (keys.Issue(NodeId.Create("sim", "org", "a")), keys.Issue(NodeId.Create("sim", "org", "b")));
        var signature = keys.Sign(a.Key, [1, 2, 3]);
        Assert.True(keys.Verify(a.Key, [1, 2, 3], signature));
        Assert.False(keys.Verify(a.Key, [1, 2, 4], signature));
        Assert.False(keys.Verify(b.Key, [1, 2, 3], signature));
        Assert.False(keys.Verify(new PublicKey([9]), [1, 2, 3], signature));
    }

    [Fact]
    public void OnlyTheAuthoritysCertificatesCount()
    {
        var a = keys.Issue(NodeId.Create("sim", "org", "a"));
        var enrolment = keys.Enrol(a, leaderEligible: true);
        Assert.Equal(new CertifiedIdentity(a.Id, a.Key, SimulatedKeys.AllRoles), keys.Certify(keys.Anchors, enrolment.Chain));
        var other = new SimulatedKeys(new SeededRandom(2));
        Assert.Null(other.Certify(other.Anchors, enrolment.Chain));
        Assert.Null(keys.Certify(other.Anchors, enrolment.Chain));
        Assert.Null(keys.Certify(keys.Anchors, [ImmutableArray.Create<byte>(1, 2, 3)]));
    }
}
