using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Starling.Api;
using Starling.EndToEnd.Tests.Processes;
using Starling.Learning.Data;

namespace Starling.EndToEnd.Tests.Consortium;

/// <summary>
/// Three organisations, each with its own authority and its own member of etcd, five nodes with addresses of their own: what came of a
/// training that a script ordered.
/// </summary>
[Collection(nameof(Alone))]
public sealed class ConsortiumTests(TrainedConsortium trained, ITestOutputHelper output) : IClassFixture<TrainedConsortium>
{
    private const int NodePort = 30304, EtcdPort = 2379, MemberPort = 2380, MostEntries = 3;

    // Of five claims four, and of five votes those that no majority needs.
    private const int MostRefused = 4 + 2;

    // What two that did not know of each other append at once.
    private static readonly (string Kind, string? Refusal)[] Late =
        [("AuditedFull", "RoundClosed"), ("AuditedSampled", "RoundClosed"), ("Claim", "TermTaken"), ("Claim", "RoundClosed")];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>
    /// Red if a step on the way from nothing to a model fails between hosts, or if the model is worse than that of nodes on one machine.
    /// </summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task They_train_a_model_as_good_as_that_of_one_machine()
    {
        Needed();
        Assert.Contains("5 of 5 complete", trained.Script.Ended(ExitCode.Done).Output, StringComparison.Ordinal);
        using var folder = new TemporaryFolder();
        var run = (await StarlingProcess.RunAsync(folder.Path, "run", Examples.Path("digits.yaml"), "--set", $"nodes={TrainingSites.Nodes}",
            "--set", "training.minPeers=4", "--json")).Ended(ExitCode.Done).Json();
        var swarm = run.GetProperty("accuracy").GetProperty("swarm").GetDouble();
        // The same rows that the run held back, since the experiments are the same but for that.
        var ours = (await StarlingProcess.RunAsync(folder.Path, "model", "eval", Path.Combine(trained.Sites.Office, "digits.safetensors"),
            "--run", "digits-1", "--json")).Ended(ExitCode.Done).Json().GetProperty("score").GetProperty("accuracy").GetDouble();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"accuracy {ours:P1}, on one machine {swarm:P1}; {trained.Time.TotalSeconds:0} s from nothing to the model"));
        Assert.InRange(ours, swarm - 0.01, 1);
    }

    /// <summary>Red if anything that a node sends is not encrypted: the rows that it trains on, or the weights that all merge.</summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task Nothing_on_the_wire_holds_a_row_or_a_weight()
    {
        Needed();
        var needles = new Needles();
        needles.AddRows(DigitsData.Load());
        var rows = needles.Count;
        var model = await File.ReadAllBytesAsync(Path.Combine(trained.Sites.Office, "digits.safetensors"), Cancel);
        needles.Add(model);
        var blobs = Enumerable.Range(0, TrainingSites.Nodes)
            .SelectMany(node =>
                Directory.EnumerateFiles(Path.Combine(trained.Sites.FolderOf(node), "data", "blobs"), "*", SearchOption.AllDirectories))
                .ToList();
        foreach (var blob in blobs)
            needles.Add(await File.ReadAllBytesAsync(blob, Cancel));
        var bytes =
            trained.Training.Where(packet => packet.From == NodePort || packet.To == NodePort).Sum(packet => (long)packet.Payload.Length);
        output.WriteLine($"{trained.Training.Count} packets, {bytes} bytes between nodes; {rows} pieces of rows, {needles.Count - rows} of weights in {blobs.Count} blobs");
        Assert.True(bytes > 60L * model.Length, "The capture holds less than what was trained must have sent.");
        Assert.True(rows > 100_000 && needles.Count - rows > 1000);
        Assert.Equal(0, needles.Search(trained.Training));

        // The same search finds both when they are sent by plain HTTP.
        var alone = new Needles();
        alone.Add(model);
        var plain = await PlainAsync(model);
        Assert.True(alone.Search(plain) > 1000);
        Assert.True(
            needles.Search(await PlainAsync(System.Runtime.InteropServices.MemoryMarshal.AsBytes(DigitsData.Load().Row(7)).ToArray())) > 4);
    }

    /// <summary>
    /// Red if a round costs a node more than three entries, or if anything is appended that the rules refuse but what was under way when
    /// the round's merge was committed, and claims that came second.
    /// </summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task A_round_costs_a_node_three_entries_at_most()
    {
        Needed();
        var entries = await LogAsync(TrainingSites.LedgerWords("digits"));
        // As a node reaches the ledger.
        string[] asNode = ["--config", "node-1/node.yaml", "--contract", "digits"];
        Assert.Equal(entries, await LogAsync(asNode));
        Assert.Contains("digits", (await trained.Sites.RunAsync(["ledger", "verify", .. asNode])).Ended(ExitCode.Done).Output,
            StringComparison.Ordinal);
        var rounds = entries.Where(entry => entry.Round > 0).ToLookup(entry => entry.Round);
        Assert.Equal(Enumerable.Range(1, TrainedConsortium.Rounds).Select(round => (long)round), rounds.Select(round => round.Key).Order());
        var refused = entries.Where(entry => entry.Refusal is not null).ToList();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{entries.Count} entries, {(double)entries.Count / (TrainedConsortium.Rounds * TrainingSites.Nodes):0.00} a round and node; refused: {string.Join(", ", refused.CountBy(entry => $"{entry.Kind} {entry.Refusal}"))}"));
        foreach (var round in rounds)
            foreach (var (author, count) in round.CountBy(entry => entry.Author))
                Assert.True(count <= MostEntries, $"{author} appended {count} entries in round {round.Key}: {string.Join("; ", round)}");
        Assert.All(refused, entry => Assert.Contains((entry.Kind, entry.Refusal), Late));
        Assert.All(refused.CountBy(entry => (entry.Round, entry.Author, entry.Kind)), each => Assert.Equal(1, each.Value));
        Assert.All(refused.CountBy(entry => entry.Round), each => Assert.InRange(each.Value, 1, MostRefused));
    }

    /// <summary>Red if nodes that have nothing to do talk to each other, or ask etcd again and again.</summary>
    [Fact]
    public void An_idle_node_sends_less_than_a_kilobyte_a_second()
    {
        Needed();
        var (packets, time, words) = trained.Idle;
        double Rate(int port) =>
            packets.Where(packet => packet.From == port || packet.To == port).Sum(packet => packet.Length) / time.TotalSeconds
                / TrainingSites.Nodes;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"bytes a second and node: {Rate(NodePort):0} between nodes, {Rate(EtcdPort):0} with other hosts' etcd; {Rate(MemberPort):0} between members"));
        // All that was sent is in the capture, and the nodes are up.
        Assert.Contains("\n0 packets dropped by kernel", words, StringComparison.Ordinal);
        Assert.Equal(TrainingSites.Nodes, trained.Connected);
        Assert.True(Rate(MemberPort) > 0, "The capture lacks what etcd's members always tell each other.");
        Assert.InRange(Rate(NodePort) + Rate(EtcdPort), 0, 1000);
    }

    private async Task<List<LoggedEntry>> LogAsync(IEnumerable<string> reach) =>
    [
        .. (await trained.Sites.RunAsync(["ledger", "log", .. reach, "--json"])).Ended(ExitCode.Done).Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<LoggedEntry>(line, JsonSerializerOptions.Web)!),
    ];

    private void Needed()
    {
        if (trained.Missing is { } missing)
            Assert.Skip(missing);
        trained.Script.Ended(ExitCode.Done);
    }

    // A server that answers whatever it is asked with the same bytes, not encrypted, while its port is watched.
    private static async Task<IReadOnlyList<Capture.Packet>> PlainAsync(byte[] body)
    {
        using var folder = new TemporaryFolder();
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var port = ((IPEndPoint)server.LocalEndpoint).Port;
        await using var capture = await Capture.StartAsync(null, "lo", folder["plain.pcap"], $"tcp port {port}");
        var serving = Task.Run(async () =>
        {
            using var caller = await server.AcceptTcpClientAsync(Cancel);
            await using var stream = caller.GetStream();
            await stream.ReadExactlyAsync(new byte[4], Cancel);
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(
                $"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n"), Cancel);
            await stream.WriteAsync(body, Cancel);
        }, Cancel);
        using (var client = new HttpClient())
            Assert.Equal(body, await client.GetByteArrayAsync(new Uri($"http://127.0.0.1:{port}/"), Cancel));
        await serving;
        while (capture.Packets().Sum(packet => packet.Payload.Length) < body.Length)
            await Task.Delay(20, Cancel);
        await capture.StopAsync();
        return [.. capture.Packets()];
    }

    private sealed record LoggedEntry(long Height, string Author, string Kind, string Detail, string? Refusal)
    {
        /// <summary>The round that it says; 0 for none.</summary>
        public long Round => Detail.StartsWith("round ", StringComparison.Ordinal)
            ? long.Parse(Detail.AsSpan(6, Detail.IndexOf('.', StringComparison.Ordinal) - 6), CultureInfo.InvariantCulture) : 0;
    }
}
