using System.Net;
using System.Security.Cryptography.X509Certificates;
using Starling.Api;
using Starling.Core.Identity;
using Starling.Ledgers.Tests.Etcd;
using Starling.Node.Identity;

namespace Starling.EndToEnd.Tests.Processes;

/// <summary>
/// Nodes of this machine, as processes, which know task runners alone, and their admin, whose commands talk to the first of them.
/// </summary>
internal sealed class ServingNodes(int count, params string[] settings) : IAsyncDisposable
{
    private const string Domain = "lab.example";

    private readonly List<StarlingProcess> processes = [];
    private readonly int[] ports = EtcdCluster.FreePorts(count);

    /// <summary>By which executors programs of tasks may run.</summary>
    public IReadOnlyList<string> Executors { get; init; } = ["sandbox"];

    /// <summary>The task runners that every node works for.</summary>
    public IReadOnlyList<string> Runners { get; init; } = ["lab"];

    /// <summary>Where all of it lies, and where commands are given.</summary>
    public TemporaryFolder Folder { get; } = new();

    /// <summary>The address of the first node.</summary>
    public string Address => $"127.0.0.1:{ports[0]}";

    /// <summary>The nodes' certificates, from the folder.</summary>
    public IEnumerable<string> Certificates => Enumerable.Range(0, count).Select(i => $"node-{i}/node.pem");

    /// <summary>Makes identities, the context and each node's settings.</summary>
    /// <returns>The id of the first task runner's entry 0, which is still to be appended as that of each other.</returns>
    public async Task<string> ProvisionAsync()
    {
        using var authority = CertificateAuthority.Create(Domain, TimeProvider.System);
        authority.Save(Folder["ca.pem"], Folder["ca.key"]);
        using var admin = authority.Issue(NodeId.Create(Domain, "office", "admin"), Roles.Admin, TimeProvider.System);
        admin.Save(Folder["admin.pem"], Folder["admin.key"]);
        for (var i = 0; i < count; i++)
        {
            Directory.CreateDirectory(Folder[$"node-{i}"]);
            using var keys = authority.Issue(Member(i), Roles.Learner | Roles.Operator, TimeProvider.System);
            keys.Save(Folder[$"node-{i}/node.pem"], Folder[$"node-{i}/node.key"]);
        }

        await RunAsync("context", "create", "office", "--address", Address, "--certificate", "admin.pem", "--key", "admin.key", "--anchors",
            "ca.pem");
        List<NodeFileRunner> runners = [];
        foreach (var runner in Runners)
        {
            var founding = (await RunAsync(["runner", "create", runner, "--founding-only", "--json", "--operators", .. Certificates]))
                .Json().GetProperty("founding").GetString()!;
            runners.Add(new NodeFileRunner(runner, founding, settings) { Executors = Executors });
        }

        for (var i = 0; i < count; i++)
            Folder.Write($"node-{i}/{NodeFile.Name}", Settings(i, runners));
        return runners[0].Founding;
    }

    /// <summary>Starts all nodes.</summary>
    public void Start()
    {
        for (var i = 0; i < count; i++)
            Start(i);
    }

    /// <summary>Starts a node.</summary>
    public StarlingProcess Start(int node)
    {
        var process = StarlingProcess.Start(Folder.Path, "node", "start", "--config", File(node), "--log", "Warning");
        processes.Add(process);
        return process;
    }

    /// <summary>A client of a node's API, with the admin's identity.</summary>
    public NodeClient Client(int node) => new(
        new DnsEndPoint("127.0.0.1", ports[node]), Member(node).Value,
        X509Certificate2.CreateFromPemFile(Folder["admin.pem"], Folder["admin.key"]),
        [X509CertificateLoader.LoadCertificateFromFile(Folder["ca.pem"])]);

    /// <summary>A node's settings, from the folder.</summary>
    public static string File(int node) => Path.Combine($"node-{node}", NodeFile.Name);

    /// <summary>Carries a command out, which must go well.</summary>
    public async Task<CommandResult> RunAsync(params string[] arguments) =>
        (await StarlingProcess.RunAsync(Folder.Path, arguments)).Ended(ExitCode.Done);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var process in processes)
            await process.DisposeAsync();
        Folder.Dispose();
    }

    private static NodeId Member(int node) => NodeId.Create(Domain, $"clinic-{node}", "node");

    private string Settings(int node, List<NodeFileRunner> runners)
    {
        var peers = Enumerable.Range(0, count).Where(peer => peer != node)
            .Select(peer => new NodeFilePeer(Member(peer).Value, [$"127.0.0.1:{ports[peer]}"]));
        var file = new NodeFile
        {
            Folder = "data",
            Listen = $"127.0.0.1:{ports[node]}",
            Certificate = "node.pem",
            Key = "node.key",
            Anchors = ["../ca.pem"],
            Peers = [.. peers],
            LedgerPath = "../ledger.db",
            Admins = [NodeId.Create(Domain, "office", "admin").Value],
            Runner = runners[0],
        };
        var others = runners.Skip(1).Select(runner => $"  - {{ id: {runner.Id}, founding: '{runner.Founding}' }}\n").ToList();
        return file.ToYaml() + (others.Count == 0 ? "" : $"runners:\n{string.Concat(others)}");
    }
}
