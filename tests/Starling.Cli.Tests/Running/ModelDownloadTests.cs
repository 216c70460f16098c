using System.Net;
using System.Net.Sockets;
using Starling.Api;
using Starling.Cli.Running;
using Starling.Cli.Terminal;
using Starling.Core.Identity;
using Starling.Node.Identity;

namespace Starling.Cli.Tests.Running;

/// <summary>A model that no node hands out.</summary>
public sealed class ModelDownloadTests
{
    /// <summary>Red if a run whose nodes are gone ends without a word of what to do, or leaves a piece of a model.</summary>
    [Fact]
    public async Task Nodes_that_are_gone_are_said_with_a_remedy()
    {
        using var authority = CertificateAuthority.Create("test.example", TimeProvider.System);
        using var keys = authority.Issue(NodeId.Parse("spiffe://test.example/clinic/person"), Roles.Admin, TimeProvider.System);
        using var certificate = keys.ToTlsCertificate();
        using var gone = new TcpListener(IPAddress.Loopback, 0);
        gone.Start();
        var address = new DnsEndPoint("127.0.0.1", ((IPEndPoint)gone.LocalEndpoint).Port);
        gone.Stop();
        using var client = new NodeClient(address, null, certificate, []);
        var folder = Directory.CreateTempSubdirectory("starling-");
        try
        {
            var download = new ModelDownload("trial", "runs/one") { Limit = TimeSpan.FromMilliseconds(100) };
            var refused = await Assert.ThrowsAsync<CommandException>(() => download.TakeAsync(
                [client], new string('a', 64), Path.Combine(folder.FullName, "model.safetensors"), TestContext.Current.CancellationToken));
            Assert.Equal(ExitCode.Unreachable, refused.ExitCode);
            Assert.Contains("starling run --resume runs/one", refused.Message, StringComparison.Ordinal);
            Assert.Empty(folder.EnumerateFiles());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
