using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Starling.Core.Identity;
using Starling.Node.Identity;
using Starling.Node.Tests.Loop;
using Starling.Node.Transport;

namespace Starling.Node.Tests.Transport;

/// <summary>Certificates that were revoked, over real connections.</summary>
public sealed class RevocationTests
{
    private readonly TestAuthority authority = new("authority");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static string Sentence =>
        $"The certificate of {Pair.IdOfB} was revoked by its authority at {DateTimeOffset.UtcNow.AddDays(-2):yyyy-MM-dd}";

    [Fact]
    public async Task Who_dials_with_a_revoked_certificate_is_refused_and_both_say_why()
    {
        var revoked = authority.Issue([Pair.IdOfB.Value]);
        await using var a = await new TestNode(Believing(Pair.IdOfA, authority.Revoke(revoked))).ListenAsync();
        await using var b = new TestNode(authority.Credentials(revoked));
        a.Network.KeepPeers([Pair.IdOfB]);
        b.Network.SetAddresses(Pair.IdOfA, [a.Address]);
        b.Network.KeepPeers([Pair.IdOfA]);
        await a.LogsAsync(Sentence);
        await b.LogsAsync(Sentence);
        await using var raw = await RawPeer.ConnectAsync(a.Port, revoked);
        Assert.Equal(PeerRefusal.Revoked, (await raw.ReadRefusalAsync()).Code);
    }

    [Fact]
    public async Task Who_listens_with_a_revoked_certificate_is_refused_and_both_say_why()
    {
        var revoked = authority.Issue([Pair.IdOfB.Value]);
        await using var a = new TestNode(Believing(Pair.IdOfA, authority.Revoke(revoked)));
        await using var b = await new TestNode(authority.Credentials(revoked)).ListenAsync();
        b.Network.KeepPeers([Pair.IdOfA]);
        a.Network.SetAddresses(Pair.IdOfB, [b.Address]);
        a.Network.KeepPeers([Pair.IdOfB]);
        await a.LogsAsync(Sentence);
        await b.LogsAsync(Sentence);
    }

    /// <summary>Red if <see cref="PeerNetwork.Review"/> looks at no standing connection, or ends more than it must.</summary>
    [Fact]
    public async Task Standing_connections_end_when_the_certificate_is_revoked_and_come_back_with_a_new_one()
    {
        var (old, fresh) = (authority.Issue([Pair.IdOfB.Value]), authority.Issue([Pair.IdOfB.Value]));
        var third = NodeId.Create("example.org", "clinic", "c");
        await using var a = await new TestNode(authority.Credentials(Pair.IdOfA)).ListenAsync();
        await using var b = new TestNode(authority.Credentials(old));
        await using var c = new TestNode(authority.Credentials(third));
        a.Network.KeepPeers([Pair.IdOfB, third]);
        foreach (var node in new[] { b, c })
        {
            node.Network.SetAddresses(Pair.IdOfA, [a.Address]);
            node.Network.KeepPeers([Pair.IdOfA]);
            await a.HearsAsync("up");
            await node.HearsAsync("up");
        }

        a.Credentials = Believing(Pair.IdOfA, authority.Revoke(old));
        a.Network.Review();
        await b.HearsAsync($"down {Pair.IdOfA}");
        await b.LogsAsync(Sentence);
        Assert.True(a.Network.Send(third, new Core.Kernel.LedgerHint(ContractId.Parse("digits"), 1)));
        b.Credentials = authority.Credentials(fresh);
        await b.HearsAsync($"up {Pair.IdOfA}");
    }

    /// <summary>Red if revocation is only looked at in handshakes of HTTP clients: this one keeps its connection.</summary>
    [Fact]
    public async Task A_standing_client_of_the_api_is_cut_off()
    {
        var person = authority.Issue(["spiffe://example.org/clinic/person"], roles: Roles.Observer);
        await using var a = await new TestNode(authority.Credentials(Pair.IdOfA)).ListenAsync();
        var dialled = 0;
        using var client = ClientOf(person, () => dialled++);
        var where = new Uri($"https://localhost:{a.Port}/who");
        Assert.Equal("spiffe://example.org/clinic/person", await client.GetStringAsync(where, Cancellation));
        Assert.Equal("spiffe://example.org/clinic/person", await client.GetStringAsync(where, Cancellation));
        Assert.Equal(1, dialled);

        a.Credentials = Believing(Pair.IdOfA, authority.Revoke(person));
        a.Network.Review();
        await a.LogsAsync("The certificate of spiffe://example.org/clinic/person was revoked by its authority");
        using var refused = await client.GetAsync(where, Cancellation);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("was revoked", await refused.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.Equal(2, dialled);
    }

    /// <summary>Red if a client that keeps its connection, or follows events, is served longer than its certificate is valid.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_standing_client_of_the_api_is_cut_off_when_its_certificate_expires()
    {
        var person = authority.Issue(["spiffe://example.org/clinic/person"], roles: Roles.Observer);
        var clock = new ManualTime { Epoch = DateTimeOffset.UtcNow };
        await using var a = await new TestNode(authority.Credentials(Pair.IdOfA), clock: clock).ListenAsync();
        var dialled = 0;
        using var client = ClientOf(person, () => Interlocked.Increment(ref dialled));
        var where = new Uri($"https://localhost:{a.Port}/who");
        using var followed = await client.GetAsync(new Uri(where, "follow"), HttpCompletionOption.ResponseHeadersRead, Cancellation);
        Assert.Equal("spiffe://example.org/clinic/person", await client.GetStringAsync(where, Cancellation));
        clock.Advance(TimeSpan.FromHours(23));
        Assert.Equal("spiffe://example.org/clinic/person", await client.GetStringAsync(where, Cancellation));
        Assert.Equal(2, dialled);

        clock.Advance(TimeSpan.FromHours(2));
        await Assert.ThrowsAnyAsync<Exception>(() => followed.Content.ReadAsByteArrayAsync(Cancellation));
        for (var ended = 0; ended < 2; ended++)
            await a.LogsAsync("The certificate of spiffe://example.org/clinic/person expired at");
        using var refused = await client.GetAsync(where, Cancellation);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal(3, dialled);
    }

    [Fact]
    public void A_list_of_an_authority_that_is_not_trusted_is_an_error()
    {
        var stranger = new TestAuthority("authority");
        var refused = Assert.Throws<IdentityException>(() => Believing(Pair.IdOfA, stranger.Revoke(authority.Issue([Pair.IdOfB.Value]))));
        Assert.Contains("signed by no authority that is trusted", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Red if any trusted authority may revoke any certificate: this one bears the other's name.</summary>
    [Fact]
    public async Task An_authority_cannot_revoke_what_another_trust_domain_issued()
    {
        var other = new TestAuthority("authority", "other.org");
        var certificate = authority.Issue([Pair.IdOfB.Value]);
        var trust = authority.Trust(other) with { Revocations = [other.Revoke(certificate)] };
        await using var a = await new TestNode(Believing(Pair.IdOfA, trust)).ListenAsync();
        await using var b = new TestNode(authority.Credentials(certificate));
        a.Network.KeepPeers([Pair.IdOfB]);
        b.Network.SetAddresses(Pair.IdOfA, [a.Address]);
        b.Network.KeepPeers([Pair.IdOfA]);
        await b.HearsAsync($"up {Pair.IdOfA}");
    }

    private static HttpClient ClientOf(X509Certificate2 certificate, Action dialled) => new(new SocketsHttpHandler
    {
        SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, server, _, _) =>
            {
                dialled();
                return server is not null;
            },
            ClientCertificates = [certificate],
        },
    });

    private PeerCredentials Believing(NodeId node, params RevocationList[] lists) =>
        Believing(node, authority.Trust() with { Revocations = [.. lists] });

    private PeerCredentials Believing(NodeId node, TrustTerms trust)
    {
        using var certificate = authority.Issue([node.Value]);
        using var keys = NodeKeys.Create(certificate.GetECDsaPrivateKey()!, [[.. certificate.RawData]]);
        return new PeerCredentials(keys, trust);
    }
}
