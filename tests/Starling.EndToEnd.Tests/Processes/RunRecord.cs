using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Starling.Api;
using Starling.Api.Events;

namespace Starling.EndToEnd.Tests.Processes;

/// <summary>A run's folder as a test looks at it.</summary>
/// <param name="folder">The folder.</param>
internal sealed class RunRecord(string folder)
{
    private readonly JsonElement plan = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "plan.json"))).RootElement;

    /// <summary>The folder.</summary>
    public string Folder => folder;

    /// <summary>The nodes' short names.</summary>
    public IReadOnlyList<string> Nodes =>
        [.. plan.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("name").GetString()!)];

    /// <summary>A node's SPIFFE ID.</summary>
    public string IdOf(string node) => Plan(node).GetProperty("id").GetString()!;

    /// <summary>The port that a node listens on.</summary>
    public int PortOf(string node) => Plan(node).GetProperty("port").GetInt32();

    /// <summary>A node's <c>node.yaml</c>.</summary>
    public string NodeFile(string node) => Path.Combine(folder, "nodes", node, "node.yaml");

    /// <summary>A node's certificate, PEM.</summary>
    public string Certificate(string node) => Path.Combine(folder, "nodes", node, "certificate.pem");

    /// <summary>The events in a node's folder.</summary>
    public IEnumerable<ApiEvent> Events(string node) => EventFile.Read(Path.Combine(folder, "nodes", node, "data", EventFile.Name));

    /// <summary>Which merge each round committed, as every node told it: more than one a round if the nodes do not agree.</summary>
    public ILookup<long, string> Commits() =>
        Nodes.SelectMany(Events).OfType<RoundCommittedEvent>().Select(told => (told.Round, told.Merge)).Distinct()
        .ToLookup(told => told.Round, told => told.Merge);

    /// <summary>A client of a node's API, with the run's own identity.</summary>
    public NodeClient Client(string node) => new(
        new DnsEndPoint("127.0.0.1", PortOf(node)), IdOf(node),
        X509Certificate2.CreateFromPemFile(Path.Combine(folder, "trust", "admin.pem"), Path.Combine(folder, "trust", "admin.key")),
        [X509CertificateLoader.LoadCertificateFromFile(Path.Combine(folder, "trust", "authority.pem"))]);

    /// <summary>Follows a node's events, and connects again while the node is away.</summary>
    public async IAsyncEnumerable<ApiEvent> FollowAsync(string node,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        using var client = Client(node);
        for (var last = 0L; ;)
        {
            var events = client.GetEventsAsync(last, cancellation).GetAsyncEnumerator(cancellation);
            await using (events)
                while (await NextAsync(events, cancellation))
                {
                    last = events.Current.Cursor;
                    yield return events.Current;
                }
        }
    }

    private static async Task<bool> NextAsync(IAsyncEnumerator<ApiEvent> events, CancellationToken cancellation)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (NodeClientException)
        {
            await Task.Delay(50, cancellation);
            return false;
        }
    }

    private JsonElement Plan(string node) =>
        plan.GetProperty("nodes").EnumerateArray().First(entry => entry.GetProperty("name").GetString() == node);
}
