using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Starling.Ledgers.Tests.Etcd;

/// <summary>Members of an etcd cluster, each a process on loopback.</summary>
public sealed partial class EtcdCluster : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("starling-etcd-").FullName;
    private readonly EtcdMember[] members;
    private readonly HttpClient http = new();

    private EtcdCluster(int count, string[] arguments)
    {
        var ports = FreePorts(2 * count);
        var peers = string.Join(',', Enumerable.Range(0, count).Select(i => $"m{i}=http://127.0.0.1:{ports[count + i]}"));
        members = [.. Enumerable.Range(0, count)
            .Select(i => new EtcdMember($"m{i}", Path.Combine(folder, $"m{i}"), ports[i], ports[count + i], peers, arguments))];
    }

    /// <summary>Where each member serves clients.</summary>
    public IReadOnlyList<string> Endpoints => [.. members.Select(member => member.Endpoint)];

    /// <summary>Starts members, and waits until they have a leader.</summary>
    public static async Task<EtcdCluster> StartAsync(int count, params string[] arguments)
    {
        var cluster = new EtcdCluster(count, arguments);
        try
        {
            foreach (var member in cluster.members)
                member.Start();
            for (var i = 0; i < count; i++)
                await cluster.WorksAsync(i);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Kills a member.</summary>
    public Task KillAsync(int member) => members[member].KillAsync();

    /// <summary>Starts a member that was killed, with the data that it had.</summary>
    public void Start(int member) => members[member].Start();

    /// <summary>Halts a member's process, as a host that hangs does: its connections stay.</summary>
    public Task HaltAsync(int member) => members[member].HaltAsync();

    /// <summary>Waits until a member says that it has a leader.</summary>
    public async Task WorksAsync(int member)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await IsHealthyAsync(member, limit.Token))
        {
            if (!members[member].IsUp)
                throw new InvalidOperationException($"A member of etcd ended:\n{members[member].LastWords}");
            await Task.Delay(50, limit.Token);
        }
    }

    /// <summary>Writes a key behind the ledger's back.</summary>
    public Task PutAsync(string key, byte[] value) => PostAsync("put", new { key = Encoding.UTF8.GetBytes(key), value });

    /// <summary>Deletes a key behind the ledger's back.</summary>
    public Task DeleteAsync(string key) => PostAsync("deleterange", new { key = Encoding.UTF8.GetBytes(key) });

    /// <summary>Reads a key.</summary>
    public async Task<byte[]> GetAsync(string key) =>
        (await PostAsync("range", new { key = Encoding.UTF8.GetBytes(key) })).GetProperty("kvs")[0].GetProperty("value")
            .GetBytesFromBase64();

    /// <summary>How many requests a member has been asked, by the method's name, such as <c>Range</c> or <c>Txn</c>.</summary>
    public async Task<IReadOnlyDictionary<string, long>> RequestsAsync(int member)
    {
        var metrics = await http.GetStringAsync(new Uri(members[member].Endpoint + "/metrics"));
        return Started().Matches(metrics)
            .ToDictionary(match => match.Groups[1].Value, match => long.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var member in members)
            await member.KillAsync();
        http.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Loopback ports that nobody listens on, below the range that systems draw the ports of outgoing connections from.</summary>
    public static int[] FreePorts(int count)
    {
        var chosen = new HashSet<int>();
        while (chosen.Count < count)
        {
            var port = RandomNumberGenerator.GetInt32(20_000, 32_000);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                chosen.Add(port);
            }
            catch (SocketException)
            {
                // Taken; another one is drawn.
            }
        }

        return [.. chosen];
    }

    private async Task<bool> IsHealthyAsync(int member, CancellationToken cancellation)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(members[member].Endpoint + "/health"), cancellation);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task<JsonElement> PostAsync(string what, object question)
    {
        var answer = await http.PostAsJsonAsync(new Uri($"{members.First(member => member.IsUp).Endpoint}/v3/kv/{what}"), question);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    [GeneratedRegex("""grpc_server_started_total\{grpc_method="(\w+)",grpc_service="etcdserverpb\.(?:KV|Watch)",[^}]*\} (\d+)""")]
    private static partial Regex Started();
}
