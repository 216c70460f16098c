using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using Starling.Core.Identity;
using Starling.Node.Identity;
using Starling.Node.Transport;
using Starling.Node.Transport.Wire;

namespace Starling.Node.Tests.Transport;

/// <summary>
/// Certificates that others made: who their holders are is what the node's owner says, and nothing else. Node a listens and
/// keeps b; the test plays b.
/// </summary>
public sealed class MappedIdentityTests
{
    private const string Workload = "spiffe://example.org/ns/ml/sa/trainer";
    private readonly TestAuthority authority = new("authority");
    private readonly TestAuthority corporate = new("corporate", "corporate.example");

    private ImmutableArray<byte> Corporate => [.. corporate.Certificate.RawData];

    [Fact]
    public async Task A_host_name_stands_for_the_node_that_it_is_mapped_to() =>
        await AcceptsAsync(corporate.Issue([], roles: Roles.None, host: "host.example"),
            new MappedHost("HOST.example", Corporate, Pair.IdOfB, Roles.Operator));

    [Fact]
    public async Task A_host_name_stands_for_nobody_by_default() =>
        await RefusesAsync(authority.Issue([], roles: Roles.None, host: "host.example"), PeerRefusal.NoSpiffeId,
            "can be mapped to a node under 'identity.mapped'");

    [Fact]
    public async Task Another_host_name_of_the_authority_stands_for_nobody() => await RefusesAsync(
        corporate.Issue([], roles: Roles.None, host: "host.example.evil"), PeerRefusal.NoSpiffeId, "does not name a node",
        new MappedHost("host.example", Corporate, Pair.IdOfB, Roles.Learner));

    [Fact]
    public async Task The_host_name_in_a_certificate_of_another_authority_stands_for_nobody() => await RefusesAsync(
        authority.Issue([], roles: Roles.None, host: "host.example"), PeerRefusal.NoSpiffeId, "does not name a node",
        new MappedHost("host.example", Corporate, Pair.IdOfB, Roles.Learner));

    /// <summary>Red if the authority of a mapped host name is trusted like an anchor.</summary>
    [Fact]
    public async Task The_authority_of_a_host_name_vouches_for_no_spiffe_id() => await RefusesAsync(
        corporate.Issue(["spiffe://corporate.example/clinic/b"]), PeerRefusal.UnknownAuthority,
        "No trusted authority of the trust domain corporate.example vouches",
        new MappedHost("host.example", Corporate, Pair.IdOfB, Roles.Learner),
        new MappedSpiffe("spiffe://corporate.example/*", Pair.IdOfB, Roles.Learner));

    [Theory]
    [InlineData(Workload)]
    [InlineData("spiffe://example.org/ns/ml/*")]
    public async Task A_spiffe_id_of_any_path_stands_for_the_node_that_it_is_mapped_to(string pattern) =>
        await AcceptsAsync(authority.Issue([Workload], roles: Roles.None), new MappedSpiffe(pattern, Pair.IdOfB, Roles.Learner));

    [Fact]
    public async Task A_spiffe_id_beside_the_mapped_one_stands_for_nobody() => await RefusesAsync(
        authority.Issue([Workload + "2"], roles: Roles.None), PeerRefusal.NoSpiffeId, "does not name a node",
        new MappedSpiffe(Workload, Pair.IdOfB, Roles.Learner));

    [Fact]
    public async Task A_mapped_spiffe_id_needs_an_authority_of_its_trust_domain() => await RefusesAsync(
        authority.Issue(["spiffe://other.org/ns/x"], roles: Roles.None), PeerRefusal.UnknownAuthority,
        "No trusted authority of the trust domain other.org vouches",
        new MappedSpiffe("spiffe://other.org/ns/x", Pair.IdOfB, Roles.Learner));

    [Fact]
    public async Task A_node_whose_certificate_has_no_role_gets_those_that_are_mapped() =>
        await AcceptsAsync(authority.Issue([Pair.IdOfB.Value], roles: Roles.None),
            new MappedSpiffe("spiffe://example.org/clinic/*", null, Roles.Learner));

    /// <summary>Red if a mapping widens what the authority wrote.</summary>
    [Fact]
    public async Task Roles_in_the_certificate_come_before_those_that_are_mapped() => await RefusesAsync(
        authority.Issue([Pair.IdOfB.Value], roles: Roles.Observer), PeerRefusal.NoRole, "gives it observer",
        new MappedSpiffe("spiffe://example.org/clinic/*", null, Roles.Learner));

    [Fact]
    public async Task A_mapped_role_that_is_no_peers_is_refused() => await RefusesAsync(
        authority.Issue([Workload], roles: Roles.None), PeerRefusal.NoRole, "gives it admin",
        new MappedSpiffe(Workload, Pair.IdOfB, Roles.Admin));

    /// <summary>A node that shows a mapped certificate, with one that does not: both ways round.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Both_sides_take_a_mapped_certificate(bool mappedDials)
    {
        var host = new MappedHost("host.example", Corporate, Pair.IdOfB, Roles.Learner);
        await using var a = await new TestNode(Believing(Pair.IdOfA, host)).ListenAsync();
        await using var b = await new TestNode(new PeerCredentials(Pair.IdOfB, corporate.Issue([], roles: Roles.None, host: "host.example"),
            [], authority.Trust())).ListenAsync();
        var (dialler, other) = mappedDials ? (b, a) : (a, b);
        other.Network.KeepPeers([dialler.Id]);
        dialler.Network.SetAddresses(other.Id, [other.Address]);
        dialler.Network.KeepPeers([other.Id]);
        await a.HearsAsync($"up {Pair.IdOfB}");
        await b.HearsAsync($"up {Pair.IdOfA}");
    }

    [Theory]
    [InlineData("spiffe://a.b/c", true)]
    [InlineData("spiffe://a.b/c/*", true)]
    [InlineData("spiffe://a.b/*", true)]
    [InlineData("spiffe://a.b", false)]
    [InlineData("spiffe:///*", false)]
    [InlineData("spiffe://a.b/*/c", false)]
    [InlineData("spiffe://a.b/c*", false)]
    [InlineData("spiffe://a.b/../c", false)]
    [InlineData("https://a.b/c", false)]
    [InlineData("*", false)]
    public void A_pattern_is_open_at_its_end_alone(string text, bool valid) => Assert.Equal(valid, MappedSpiffe.IsPattern(text));

    [Theory]
    [InlineData("spiffe://a.b/c/d", true)]
    [InlineData("spiffe://a.b/c/", false)]
    [InlineData("spiffe://a.b/c", false)]
    [InlineData("spiffe://a.b/cd/e", false)]
    public void A_beginning_ends_at_a_slash(string spiffe, bool matches) =>
        Assert.Equal(matches, new MappedSpiffe("spiffe://a.b/c/*", Pair.IdOfB, Roles.Learner).Matches(spiffe));

    private async Task AcceptsAsync(X509Certificate2 certificate, params MappedIdentity[] mapped)
    {
        await using var node = await new TestNode(Believing(Pair.IdOfA, mapped)).ListenAsync();
        node.Network.KeepPeers([Pair.IdOfB]);
        await using var peer = await RawPeer.GreetAsync(node.Port, certificate, ConnectionKind.Control);
    }

    private async Task RefusesAsync(X509Certificate2 certificate, PeerRefusal code, string sentence, params MappedIdentity[] mapped)
    {
        await using var node = await new TestNode(Believing(Pair.IdOfA, mapped)).ListenAsync();
        node.Network.KeepPeers([Pair.IdOfB]);
        await using var peer = await RawPeer.ConnectAsync(node.Port, certificate);
        var refusal = await peer.ReadRefusalAsync();
        Assert.Contains(sentence, refusal.Sentence, StringComparison.Ordinal);
        Assert.Equal(code, refusal.Code);
    }

    private PeerCredentials Believing(NodeId node, params MappedIdentity[] mapped)
    {
        using var certificate = authority.Issue([node.Value]);
        using var keys = NodeKeys.Create(certificate.GetECDsaPrivateKey()!, [[.. certificate.RawData]]);
        return new PeerCredentials(keys, authority.Trust() with { Mapped = [.. mapped] });
    }
}
