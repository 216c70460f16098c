using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Starling.Api;
using Starling.Node.Tests.Transport;

namespace Starling.Daemon.Tests.Refusals;

/// <summary>A client that trusts the authorities of several trust domains must not take one's word for a node of another.</summary>
public sealed class ForeignAuthorityTests
{
    private const string Node = "spiffe://clinic.example/clinic/node";

    private readonly TestAuthority clinic = new("clinic", "clinic.example"), lab = new("lab", "lab.example");

    /// <summary>Red if an authority that a client trusts for one trust domain can show it a node of another.</summary>
    [Fact(Timeout = 60_000)]
    public async Task An_authority_vouches_for_nodes_of_its_own_trust_domain_alone()
    {
        Assert.Contains("no authority of clinic.example that you trust vouches for the certificate of spiffe://clinic.example/clinic/node, which CN=lab issued", await AskAsync(lab), StringComparison.Ordinal);
        Assert.DoesNotContain("vouches", await AskAsync(clinic), StringComparison.Ordinal);
    }

    // What the client says of a node whose certificate is this authority's, and which ends the connection.
    private async Task<string> AskAsync(TestAuthority issuer)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync(listener, issuer.Issue([Node]));
        using var client = new NodeClient(new DnsEndPoint("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port), Node,
            clinic.Issue(["spiffe://clinic.example/clinic/admin"]), [clinic.Certificate, lab.Certificate]);
        var refused = await Assert.ThrowsAsync<NodeClientException>(() => client.GetHealthAsync(TestContext.Current.CancellationToken));
        await serving;
        return refused.Message;
    }

    private static async Task ServeAsync(TcpListener listener, X509Certificate2 certificate)
    {
        using var stream = new SslStream((await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken)).GetStream());
        try
        {
            await stream.AuthenticateAsServerAsync(certificate);
        }
        catch (Exception refused) when (refused is IOException or AuthenticationException)
        {
            // It is what is tested.
        }
    }
}
