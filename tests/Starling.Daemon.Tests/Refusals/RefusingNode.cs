using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Starling.Api;
using Starling.Api.Contracts;
using Starling.Api.Events;
using Starling.Core.Identity;
using Starling.Core.Ledger;
using Starling.Core.Tasks;
using Starling.Core.Training;
using Starling.Daemon.Tests.Clusters;
using Starling.Node.Tests.Transport;
using Starling.Node.Transport;
using Starling.Node.Transport.Wire;

namespace Starling.Daemon.Tests.Refusals;

/// <summary>
/// One node of two, in this process, behind its real port: it has announced an update of the contract <c>trial</c> and waits for the other
/// one. It trusts a second authority, whose certificates can have every fault, and has the task runner <c>lab</c> on its ledger.
/// </summary>
public sealed class RefusingNode : IAsyncLifetime
{
    /// <summary>The most bytes of a request with an entry: the largest one in Base64, and the JSON around it.</summary>
    internal const int LargestBody = ((SignedEntry.MaxBytes + 2) / 3 * 4) + 4096;

    private readonly ConcurrentQueue<string> logged = new();
    private Cluster cluster = null!;
    private RunningDaemon daemon = null!;

    internal TestAuthority Faulty { get; } = new("faulty", "faulty.example");

    /// <summary>A certificate of the second authority that it has revoked.</summary>
    internal X509Certificate2 Revoked { get; private set; } = null!;

    internal EntryAuthor Admin { get; private set; } = null!;

    internal EntryAuthor Clerk { get; private set; } = null!;

    internal NodeClient Client { get; private set; } = null!;

    internal NodeId Id => cluster.Nodes[0];

    internal NodeId Member => cluster.Nodes[1];

    /// <summary>The update that the node has announced; only a leader and auditors may read it, and there are none.</summary>
    internal BlobId Update { get; private set; }

    internal int Port => daemon.Configuration.Listen.Port;

    public async ValueTask InitializeAsync()
    {
        var cancellation = TestContext.Current.CancellationToken;
        cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 1), cancellation);
        Revoked = Faulty.Issue(["spiffe://faulty.example/clinic/revoked"]);
        File.WriteAllText(Path.Combine(cluster.Folder, "faulty.pem"), Faulty.Certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(cluster.Folder, "revoked.pem"), Faulty.RevokePem(Revoked));
        cluster.Rewrite(0, "peers:\n", $"    - '{cluster.Folder}/faulty.pem'\n  revocations: ['{cluster.Folder}/revoked.pem']\npeers:\n");
        File.AppendAllText(cluster.NodeFilePath(0), $"runner: {{ id: awaited, founding: '{new string('a', 64)}' }}\n");
        daemon = await RunningDaemon.StartAsync(cluster.Configuration(0), logging => logging.AddProvider(new LoggedLines(logged)),
            cancellation);
        Client = cluster.ClientOf(0);
        Admin = new EntryAuthor(Client, cluster.AdminCertificate());
        Clerk = new EntryAuthor(Client, Issue(Roles.Admin, "clerk"));
        await ClusterTests.UntilAsync<MemberReadyEvent>(Client);
        await Admin.FoundAsync("lab", Runner(), cancellation);
        await using var ledger = cluster.OpenLedger();
        var entries = (await ledger.ReadAsync(cluster.Contract, 0, LedgerPage.MaxEntries, cancellation)).Entries;
        Update = entries.Select(entry => TrainingEntryCodec.Decode(entry.Entry.Body.Payload)).OfType<Ready>().Single().Update;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Admin.Dispose();
        Clerk.Dispose();
        await daemon.DisposeAsync();
        await cluster.DisposeAsync();
    }

    /// <summary>A certificate of somebody of the node's own organisation.</summary>
    internal X509Certificate2 Issue(Roles roles, string name = "person") =>
        cluster.Issue(NodeId.Create("test.example", Id.Organisation, name), roles);

    /// <summary>A certificate of a node or person of the cluster's trust domain.</summary>
    internal X509Certificate2 Issue(NodeId node, Roles roles) => cluster.Issue(node, roles);

    /// <summary>A certificate of the second authority.</summary>
    internal X509Certificate2 Fault(int from = -1, int to = 1, string[]? uris = null, bool authority = false, string? purpose = null,
        Roles roles = Roles.Learner) =>
        Faulty.Issue(uris ?? ["spiffe://faulty.example/clinic/node"], from, to, authority, purpose, roles);

    /// <summary>Says hello as a peer.</summary>
    internal Hello Hello(NodeId speaker, ConnectionKind kind = ConnectionKind.Control) =>
        new() { Version = 1, Node = speaker.Value, Connection = kind, Instance = 1, Expected = Id.Value };

    /// <summary>
    /// Connects as a peer and reads past everything to the refusal, which the node must log, too, unless it is a peer that comes twice.
    /// </summary>
    internal async Task<Refused> PeerAsync(X509Certificate2? certificate, Func<RawPeer, Task>? act = null, bool isLogged = true)
    {
        await using var peer = await RawPeer.ConnectAsync(Port, certificate);
        if (act is not null)
            await act(peer);
        var (code, sentence) = await peer.ReadRefusalAsync();
        while (isLogged && !logged.Any(line => line.Contains(sentence, StringComparison.Ordinal)))
            await Task.Delay(10, TestContext.Current.CancellationToken);
        return new Refused(code.ToString(), sentence);
    }

    /// <summary>Greets as the member that is awaited and asks for a blob.</summary>
    internal async Task<Refused> AskForAsync(BlobId blob, uint? chunk)
    {
        await using var peer = await RawPeer.ConnectAsync(Port, cluster.Issue(Member, Roles.Learner));
        await peer.GreetAsync(Hello(Member, ConnectionKind.Bulk));
        var id = Google.Protobuf.ByteString.CopyFrom(blob.Digest.ToArray());
        await (chunk is { } index
            ? peer.SendAsync(FrameKind.ChunkRequest, new ChunkRequest { Request = 1, Blob = id, Chunk = index })
            : peer.SendAsync(FrameKind.ManifestRequest, new ManifestRequest { Request = 1, Blob = id }));
        return new Refused("FetchRefused", (await peer.ReadAsync()).Decode(FetchRefused.Parser).Reason.ToString());
    }

    /// <summary>Sends a request to the API, every byte as it is.</summary>
    internal async Task<Refused> ApiAsync(X509Certificate2? certificate, string request, SslProtocols versions = SslProtocols.Tls13)
    {
        await using var stream = await SecureAsync(certificate, versions, "http/1.1");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        var rest = answer[answer.IndexOf("\r\n\r\n", StringComparison.Ordinal)..].Trim();
        var body = rest.Length == 0 ? "" : rest[rest.IndexOf('{', StringComparison.Ordinal)..(rest.LastIndexOf('}') + 1)]; // may be chunked
        return new Refused(answer.Split(' ')[1],
            body.Length == 0 ? "" : JsonDocument.Parse(body).RootElement.GetProperty("detail").GetString()!);
    }

    /// <summary>A request without a body.</summary>
    internal static string Get(string path, string method = "GET") => $"{method} {path} HTTP/1.0\r\nContent-Length: 0\r\n\r\n";

    /// <summary>A request with an entry.</summary>
    internal static string Post(string path, byte[] entry)
    {
        var body = $"{{\"entry\":\"{Convert.ToBase64String(entry)}\"}}";
        return $"POST {path} HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}";
    }

    /// <summary>Hands an entry in as the admin, changed as a test wants.</summary>
    internal async Task<Refused> AppendAsync(Func<ContractPosition, ContractPosition> change, byte[] payload, string path = "trial",
        EntryAuthor? author = null)
    {
        var before = await Client.GetPositionAsync(path, TestContext.Current.CancellationToken);
        var refused = await ApiAsync(cluster.AdminCertificate(),
            Post($"/v1/contracts/{path}/entries", (author ?? Admin).Sign(change(before), payload)));
        Assert.Equal(before, await Client.GetPositionAsync(path, TestContext.Current.CancellationToken)); // Nothing was appended.
        return refused;
    }

    /// <summary>Founds a contract whose name may be taken.</summary>
    internal Task<Refused> AppendFoundingAsync(string contract) =>
        ApiAsync(cluster.AdminCertificate(), Post("/v1/contracts", Admin.Founding(contract, Runner())));

    /// <summary>Hands an entry in whose signature was changed.</summary>
    internal async Task<Refused> ForgedAsync(byte[] payload)
    {
        var forged = Admin.Sign(await Client.GetPositionAsync("trial", TestContext.Current.CancellationToken), payload);
        forged[^1] ^= 1;
        return await ApiAsync(cluster.AdminCertificate(), Post("/v1/contracts/trial/entries", forged));
    }

    /// <summary>What TLS says to a handshake that cannot be.</summary>
    internal async Task<Refused> HandshakeAsync(SslProtocols versions, string protocol)
    {
        var fault = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var stream = await SecureAsync(cluster.AdminCertificate(), versions, protocol);
            await stream.ReadExactlyAsync(new byte[1], TestContext.Current.CancellationToken);
        });
        while (fault.InnerException is not null)
            fault = fault.InnerException;
        return new Refused("alert", fault.Message[(fault.Message.LastIndexOf(':') + 1)..]);
    }

    /// <summary>What a client says that means another node, or trusts other authorities.</summary>
    internal async Task<Refused> ClientAsync(NodeId meant, X509Certificate2? anchor = null)
    {
        using var client = new NodeClient(new DnsEndPoint("127.0.0.1", Port), meant.Value, cluster.AdminCertificate(),
            anchor is null ? cluster.Anchors : [anchor]);
        var refused = await Assert.ThrowsAsync<NodeClientException>(() => client.GetHealthAsync(TestContext.Current.CancellationToken));
        return new Refused(refused.ExitCode.ToString(), refused.Message.Replace($":{Port}/", "/", StringComparison.Ordinal));
    }

    private byte[] Runner() => RunnerEntryCodec.Encode(new FoundRunner([[.. cluster.Anchors[0].RawData]], [Admin.Enrolment], []));

    private async Task<SslStream> SecureAsync(X509Certificate2? certificate, SslProtocols versions, string protocol)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, Port, TestContext.Current.CancellationToken);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                ApplicationProtocols = [new SslApplicationProtocol(protocol)],
                EnabledSslProtocols = versions,
                ClientCertificates = certificate is null ? null : [certificate],
                RemoteCertificateValidationCallback = (_, server, _, _) => server is not null,
            },
            TestContext.Current.CancellationToken);
        return stream;
    }
}
