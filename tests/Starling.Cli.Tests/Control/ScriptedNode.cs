using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Starling.Api;
using Starling.Cli.Control;
using Starling.Core.Identity;
using Starling.Node.Identity;

namespace Starling.Cli.Tests.Control;

/// <summary>
/// Somebody who has a node's certificate, listens as one does, and answers each request as a test says: with headers, and then what it
/// likes.
/// </summary>
internal sealed class ScriptedNode : IAsyncDisposable
{
    public const string Id = "spiffe://test.example/clinic/node";

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("starling-scripted-");
    private readonly Func<string, Stream, CancellationToken, Task> answer;
    private readonly X509Certificate2 certificate;
    private readonly Task serving;

    public ScriptedNode(Func<string, Stream, CancellationToken, Task> answer)
    {
        this.answer = answer;
        using var authority = CertificateAuthority.Create("test.example", TimeProvider.System);
        using var keys = authority.Issue(NodeId.Parse(Id), Roles.Operator, TimeProvider.System);
        certificate = keys.ToTlsCertificate();
        using var person = authority.Issue(NodeId.Parse("spiffe://test.example/clinic/person"), Roles.Admin, TimeProvider.System);
        person.Save(In("person.pem"), In("person.key"));
        using var anchor = X509CertificateLoader.LoadCertificate(authority.Anchor.AsSpan());
        File.WriteAllText(In("anchor.pem"), anchor.ExportCertificatePem());
        listener.Start();
        serving = ServeAsync();
    }

    /// <summary>The bodies of the requests that had one.</summary>
    public ConcurrentQueue<string> Bodies { get; } = [];

    /// <summary>
    /// Which part of an answer each request asked for, as its headers <c>If-Range</c> and <c>Range</c> say it; empty for all of it.
    /// </summary>
    public ConcurrentQueue<string> Ranges { get; } = [];

    /// <summary>Begins an answer that ends with the connection.</summary>
    public static ValueTask BeginAsync(Stream to, string status, CancellationToken cancellation, string more = "") =>
        to.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nConnection: close\r\n{more}\r\n"),
            cancellation);

    /// <summary>Writes for as long as somebody reads.</summary>
    public static async Task GoOnForEverAsync(Stream to, CancellationToken cancellation)
    {
        var bytes = new byte[1 << 16];
        Array.Fill(bytes, (byte)'a');
        while (true)
            await to.WriteAsync(bytes, cancellation);
    }

    public static Task SilenceAsync(CancellationToken cancellation) => Task.Delay(Timeout.Infinite, cancellation);

    public NodeClient Client(TimeSpan silence)
    {
        var (address, anchors) = (new DnsEndPoint("127.0.0.1", Port), CertificateFiles.Anchors([In("anchor.pem")]));
        return new NodeClient(address, Id, X509Certificate2.CreateFromPemFile(In("person.pem"), In("person.key")), anchors)
        {
            MostSilence = silence,
            MostOutputBytes = 1 << 20,
        };
    }

    /// <summary>A session of a person with it.</summary>
    public ControlSession Session(TimeSpan silence) =>
        new(Client(silence), SigningIdentity.Load(In("person.pem"), In("person.key")), [In("anchor.pem")],
            new Dictionary<string, string>());

    private int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await serving;
        certificate.Dispose();
        stop.Dispose();
        folder.Delete(recursive: true);
    }

    private string In(string name) => Path.Combine(folder.FullName, name);

    private async Task ServeAsync()
    {
        var answering = new List<Task>();
        try
        {
            while (true)
                answering.Add(AnswerAsync(await listener.AcceptTcpClientAsync(stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(answering);
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using var ended = client;
        try
        {
            await using var secured = new SslStream(client.GetStream());
            await secured.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, stop.Token);
            using var reader = new StreamReader(secured, Encoding.ASCII, leaveOpen: true);
            var request = (await reader.ReadLineAsync(stop.Token))!.Split(' ');
            var part = new List<string>();
            while (await reader.ReadLineAsync(stop.Token) is { Length: > 0 } header)
                if (header.StartsWith("Range: ", StringComparison.Ordinal) || header.StartsWith("If-Range: ", StringComparison.Ordinal))
                    part.Add(header);
            Ranges.Enqueue(string.Join(", ", part.Order(StringComparer.Ordinal)));

            // A body is one line of JSON, in one chunk.
            if (request[0] == "POST")
                while (await reader.ReadLineAsync(stop.Token) is { } line)
                    if (line.StartsWith('{'))
                    {
                        Bodies.Enqueue(line);
                        break;
                    }

            await answer(request[1], secured, stop.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
        {
            // The client has hung up, or the test is over.
        }
    }
}
