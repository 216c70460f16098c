using Starling.Api.Events;
using Starling.Daemon.Tests.Clusters;

namespace Starling.Daemon.Tests;

public sealed class RotationTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Red if the node reads its files only when it starts, or shows what it read then.</summary>
    [Fact(Timeout = 120_000)]
    public async Task A_running_node_shows_a_renewed_certificate_to_who_connects_and_goes_on_training()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 2), Cancellation);
        await using var first = await cluster.StartAsync(0, Cancellation);
        using var client = cluster.ClientOf(0);
        var before = await client.GetStatusAsync(Cancellation);
        Assert.InRange(before.CertificateExpires - DateTimeOffset.UtcNow, TimeSpan.FromDays(729), TimeSpan.FromDays(731));
        Assert.Empty(before.Warnings);

        cluster.Renew(0, TimeSpan.FromDays(20));
        var status = before;
        while (status.CertificateExpires == before.CertificateExpires)
            status = await client.GetStatusAsync(Cancellation);
        Assert.InRange(status.CertificateExpires - DateTimeOffset.UtcNow, TimeSpan.FromDays(19), TimeSpan.FromDays(21));
        Assert.Contains("node.pem expires at", Assert.Single(status.Warnings), StringComparison.Ordinal);
        Assert.Equal(status.CertificateExpires, await ShownAsync(first));

        await using var second = await cluster.StartAsync(1, Cancellation);
        Assert.Equal(2, (await ClusterTests.UntilAsync<FinishedEvent>(client)).Rounds);
    }

    /// <summary>When the certificate expires that a node shows to who connects.</summary>
    internal static async Task<DateTimeOffset> ShownAsync(RunningDaemon daemon)
    {
        DateTimeOffset expires = default;
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) =>
        {
            expires = ((System.Security.Cryptography.X509Certificates.X509Certificate2)shown!).NotAfter.ToUniversalTime();
            return expires > DateTimeOffset.UtcNow;
        };
        using var http = new HttpClient(handler);
        using var answer = await http.GetAsync(new Uri($"https://{daemon.Configuration.Listen}/v1/health"), Cancellation);
        return expires;
    }
}
