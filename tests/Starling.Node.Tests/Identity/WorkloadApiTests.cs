using Starling.Core.Identity;
using Starling.Node.Identity;
using Starling.Node.Identity.Workload;
using Starling.Node.Identity.Workload.Wire;
using Starling.Node.Tests.Transport;
using Starling.Node.Transport;

namespace Starling.Node.Tests.Identity;

public sealed class WorkloadApiTests
{
    private const string Spiffe = "spiffe://example.org/ns/ml/sa/trainer";
    private readonly TestAuthority authority = new("authority");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Red if a header is missing, a frame is cut wrongly, or only the first identity is taken.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Identities_come_as_they_are_issued()
    {
        await using var server = await new WorkloadServer().StartAsync();
        using var api = new WorkloadApi(server.Socket);
        await using var issued = api.WatchAsync(Cancellation).GetAsyncEnumerator(Cancellation);
        var (first, second) = (authority.Issue([Spiffe], roles: Roles.None), authority.Issue([Spiffe], roles: Roles.None));
        foreach (var certificate in new[] { first, second })
        {
            server.Issue(WorkloadServer.Identity(certificate, authority.Certificate, Spiffe));
            Assert.True(await issued.MoveNextAsync());
            Assert.Equal(Spiffe, issued.Current.SpiffeId);
            Assert.Equal(certificate.RawData, Assert.Single(issued.Current.Chain).ToArray());
            Assert.Equal(authority.Certificate.RawData, Assert.Single(issued.Current.Anchors).ToArray());
            using var usable = issued.Current.ToTlsCertificate();
            Assert.True(usable.HasPrivateKey);
        }

        server.End();
        Assert.False(await issued.MoveNextAsync());
    }

    /// <summary>From the socket to a connection: a workload's identity, mapped to a node by its peer.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_workloads_identity_connects_two_nodes()
    {
        await using var server = await new WorkloadServer().StartAsync();
        server.Issue(WorkloadServer.Identity(authority.Issue([Spiffe], roles: Roles.None), authority.Certificate, Spiffe));
        using var api = new WorkloadApi(server.Socket);
        await using var issued = api.WatchAsync(Cancellation).GetAsyncEnumerator(Cancellation);
        Assert.True(await issued.MoveNextAsync());
        var own = new PeerCredentials(Pair.IdOfB, issued.Current.ToTlsCertificate(), issued.Current.Chain.Skip(1),
            new TrustTerms(issued.Current.Anchors));
        using var certificate = authority.Issue([Pair.IdOfA.Value]);
        using var keys =
            NodeKeys.Create(System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions.GetECDsaPrivateKey(certificate)!,
                [[.. certificate.RawData]]);
        await using var a = await new TestNode(new PeerCredentials(keys,
            authority.Trust() with { Mapped = [new MappedSpiffe(Spiffe, Pair.IdOfB, Roles.Learner)] })).ListenAsync();
        await using var b = new TestNode(own);
        a.Network.KeepPeers([Pair.IdOfB]);
        b.Network.SetAddresses(Pair.IdOfA, [a.Address]);
        b.Network.KeepPeers([Pair.IdOfA]);
        await a.HearsAsync($"up {Pair.IdOfB}");
        await b.HearsAsync($"up {Pair.IdOfA}");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("7", "gives this process no identity")]
    [InlineData("14", "refuses with gRPC status 14")]
    public async Task A_refusal_is_told(string status, string sentence)
    {
        await using var server = await new WorkloadServer { Status = status }.StartAsync();
        server.End();
        Assert.Contains(sentence, await FailAsync(server), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_no_identity_is_refused()
    {
        var right = WorkloadServer.Identity(authority.Issue([Spiffe], roles: Roles.None), authority.Certificate, Spiffe);
        var other = right.Clone();
        other.Svids[0].SpiffeId += "2";
        var bare =
            WorkloadServer.Identity(authority.Issue([], roles: Roles.None, host: "trainer.example.org"), authority.Certificate, Spiffe);
        var unnamed = bare.Clone();
        unnamed.Svids[0].SpiffeId = "";
        var cut = right.Clone();
        cut.Svids[0].X509Svid = Google.Protobuf.ByteString.CopyFrom(right.Svids[0].X509Svid.Span[..^1]);
        var many = right.Clone();
        many.Svids[0].Bundle =
            Google.Protobuf.ByteString.CopyFrom([.. Enumerable.Repeat(authority.Certificate.RawData, 33).SelectMany(der => der)]);
        foreach (var (answer,
            sentence) in new[]
            {
                (new X509SVIDResponse(), "no identity"),
                (other, $"with the SPIFFE ID {Spiffe}, and says that it is of '{Spiffe}2'"),
                (bare, "without a SPIFFE ID"),
                (unnamed, "without a SPIFFE ID"),
                (cut, "not DER"),
                (many, "more than 32")
            })
        {
            await using var server = await new WorkloadServer().StartAsync();
            server.Issue(answer);
            Assert.Contains(sentence, await FailAsync(server), StringComparison.Ordinal);
        }
    }

    /// <summary>Red if a length is believed before it is bounded: the rest never comes, so that reading it would wait for ever.</summary>
    [Theory(Timeout = 60_000)]
    [InlineData(0, WorkloadApi.MaxBytes + 1)]
    [InlineData(0, -1)]
    [InlineData(1, 0)]
    public async Task A_frame_that_is_compressed_or_too_long_is_refused(byte compressed, int length)
    {
        await using var server = await new WorkloadServer().StartAsync();
        server.Send([compressed, .. WorkloadServer.Length(length)]);
        Assert.Contains("not understood, or longer", await FailAsync(server), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_socket_that_is_not_there_is_told()
    {
        using var api = new WorkloadApi("/nowhere/agent.sock");
        var told = await Assert.ThrowsAsync<IdentityException>(
            () => api.WatchAsync(Cancellation).GetAsyncEnumerator(Cancellation).MoveNextAsync().AsTask());
        Assert.Contains("/nowhere/agent.sock does not answer", told.Message, StringComparison.Ordinal);
    }

    private static async Task<string> FailAsync(WorkloadServer server)
    {
        using var api = new WorkloadApi(server.Socket);
        return (await Assert.ThrowsAsync<IdentityException>(
            () => api.WatchAsync(Cancellation).GetAsyncEnumerator(Cancellation).MoveNextAsync().AsTask())).Message;
    }
}
