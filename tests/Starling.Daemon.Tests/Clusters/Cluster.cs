using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Starling.Api;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Tasks;
using Starling.Core.Training;
using Starling.Daemon.Configuration;
using Starling.Learning.Experiments;
using Starling.Ledgers;
using Starling.Ledgers.Embedded;
using Starling.Ledgers.Etcd;
using Starling.Ledgers.Tests.Etcd;
using Starling.Node.Identity;

namespace Starling.Daemon.Tests.Clusters;

/// <summary>
/// Everything that several real nodes on this machine need: authority, certificates, ledger with a founded contract, an experiment and a
/// node.yaml each, in a folder of its own. Nodes of organisation <c>clinic-N</c>, which trust an admin.
/// </summary>
public sealed class Cluster : IAsyncDisposable
{
    private readonly CertificateAuthority authority = CertificateAuthority.Create("test.example", TimeProvider.System);
    private readonly NodeKeys adminKeys;
    private readonly int[] ports;

    private readonly IReadOnlyList<string> etcd;

    private Cluster(int nodes, string experiment, IReadOnlyList<string> etcd)
    {
        this.etcd = etcd;
        Folder = Directory.CreateTempSubdirectory("starling-cluster-").FullName;
        adminKeys = authority.Issue(NodeId.Create("test.example", "office", "admin"), Roles.Admin, TimeProvider.System);
        Nodes = [.. Enumerable.Range(0, nodes).Select(i => NodeId.Create("test.example", $"clinic-{i}", "node"))];
        ports = EtcdCluster.FreePorts(nodes);
        File.WriteAllText(ExperimentPath, experiment);
    }

    public string Folder { get; }

    public ImmutableArray<NodeId> Nodes { get; }

    public ContractId Contract { get; private init; } = ContractId.Parse("trial");

    public EntryId Founding { get; private set; }

    public X509Certificate2Collection Anchors => [X509CertificateLoader.LoadCertificate(authority.Anchor.AsSpan())];

    public string LedgerPath => Path.Combine(Folder, "ledger.db");

    private string ExperimentPath => Path.Combine(Folder, "experiment.yaml");

    /// <summary>The synthetic problem in an experiment's words.</summary>
    public static string Synthetic(
        int nodes, int minPeers, long rounds, string audit = "full", string padding = "0", string grace = "300ms") => $"""
        name: trial
        seed: 7
        nodes: {nodes}
        data: {"{ set: synthetic }"}
        program: {"{ kind: synthetic, parameters: 16, pad: " + padding + " }"}
        protocol: leader
        training:
          rounds: {rounds}
          syncInterval: 20
          minPeers: {minPeers}
          audit: {audit}
          preset: local
          grace: {grace}
        """;

    /// <summary>Sets a cluster up.</summary>
    /// <param name="nodes">How many nodes.</param>
    /// <param name="experiment">What they train.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="etcd">The members of etcd that the ledger is in; null for an embedded one.</param>
    public static async Task<Cluster> CreateAsync(int nodes, string experiment, CancellationToken cancellation,
        IReadOnlyList<string>? etcd = null)
    {
        var cluster = new Cluster(nodes, experiment, etcd ?? []);
        await cluster.FoundAsync(cancellation);
        return cluster;
    }

    public ILedger OpenLedger() => etcd.Count == 0
        ? EmbeddedLedger.Open(LedgerPath)
        : EtcdLedger.Open(new EtcdOptions
        {
            Endpoints =
                [.. etcd.Select(text => EtcdEndpoint.TryParse(text, out var endpoint) ? endpoint : throw new ArgumentException(text))]
        });

    /// <summary>Nodes that follow a task runner of this name, and no contract until a task says so.</summary>
    public static async Task<Cluster> CreateServingAsync(int nodes, string experiment, CancellationToken cancellation)
    {
        var cluster = new Cluster(nodes, experiment, []) { Contract = ContractId.Parse("runner") };
        var keys = cluster.Nodes.Select(node => cluster.authority.Issue(node, Roles.Learner | Roles.Operator, TimeProvider.System))
            .ToImmutableArray();
        var founding = cluster.Sign(RunnerState.Empty(cluster.Contract, default), RunnerEntryCodec.Encode(new FoundRunner(
            [cluster.authority.Anchor], [cluster.AdminEnrolment()],
            [.. keys.Select(k => new Enrolment(k.Identity.Id, LeaderEligible: true, k.Chain))])));
        cluster.Founding = founding.Id;
        await cluster.AppendAsync(founding, cancellation);
        await cluster.WriteNodesAsync(keys, "", "",
            new NodeFileRunner(cluster.Contract.Value, founding.Id.ToString(), []) { Executors = ["process"] }, cancellation);
        return cluster;
    }

    /// <summary>Founds a training contract for the nodes of the experiment.</summary>
    /// <param name="contract">Its name.</param>
    /// <param name="runner">Whose operators its members are.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="protocol">Another sync protocol than the experiment's.</param>
    public async Task<ContractReference> FoundTrainingAsync(string contract, RunnerState runner, CancellationToken cancellation,
        string? protocol = null)
    {
        var experiment = ExperimentReader.ReadFile(ExperimentPath);
        var settings = experiment.Training.ToContract(experiment.Protocol, ExperimentProblem.Load(experiment).Node(0).Schema);
        var found = new Found(settings with { Protocol = protocol ?? settings.Protocol },
            runner.Anchors,
            [AdminEnrolment()], [.. runner.Operators.Select(member => runner.Enrolments[member])]);
        var entry = Sign(TrainingState.Empty(ContractId.Parse(contract), default), TrainingEntryCodec.Encode(found));
        await AppendAsync(entry, cancellation);
        return new ContractReference(entry.Body.Contract, entry.Id);
    }

    /// <summary>An entry of the admin, as the next one of a contract.</summary>
    public SignedEntry Sign(ContractState state, byte[] payload)
    {
        var admin = adminKeys.Identity;
        var sequence = (state.Authors.GetValueOrDefault(admin.Id)?.Sequence ?? 0) + 1;
        var body = new EntryBody(state.Contract, state.Epoch, admin.Id, 1, sequence, state.RulesVersion, state.Height, state.ChainHash,
            payload).Encode();
        return new SignedEntry(body, admin.Key, [.. adminKeys.Signer.Sign(body)]);
    }

    public async Task AppendAsync(SignedEntry entry, CancellationToken cancellation)
    {
        await using var ledger = OpenLedger();
        Assert.Equal(AppendOutcome.Appended, (await ledger.AppendAsync([entry], cancellation)).Outcome);
    }

    public string NodeFolder(int node) => Path.Combine(Folder, $"node-{node}");

    public string NodeFilePath(int node) => Path.Combine(NodeFolder(node), NodeFile.Name);

    public NodeConfiguration Configuration(int node) => NodeConfigurationReader.ReadFile(NodeFilePath(node));

    public Task<RunningDaemon> StartAsync(int node, CancellationToken cancellation) =>
        RunningDaemon.StartAsync(Configuration(node), null, cancellation);

    public NodeClient ClientOf(int node) => ClientOf(node, AdminCertificate());

    /// <summary>The admin's certificate with its private key; the caller disposes it.</summary>
    public X509Certificate2 AdminCertificate() => adminKeys.ToTlsCertificate();

    public NodeClient ClientOf(int node, X509Certificate2 caller, string host = "127.0.0.1") =>
        new(new DnsEndPoint(host, ports[node]), Nodes[node].Value, caller, Anchors);

    /// <summary>Changes a node's settings.</summary>
    public void Rewrite(int node, string old, string replacement) =>
        File.WriteAllText(NodeFilePath(node), File.ReadAllText(NodeFilePath(node)).Replace(old, replacement, StringComparison.Ordinal));

    public X509Certificate2 Issue(NodeId caller, Roles roles)
    {
        using var keys = authority.Issue(caller, roles, TimeProvider.System);
        return keys.ToTlsCertificate();
    }

    /// <summary>Gives a node a certificate that is no longer valid.</summary>
    public void LetExpire(int node)
    {
        using var keys = authority.Issue(Nodes[node], Roles.Learner, TimeProvider.System, TimeSpan.FromHours(-1));
        keys.Save(Path.Combine(NodeFolder(node), "node.pem"), Path.Combine(NodeFolder(node), "node.key"));
    }

    /// <summary>Gives a node another certificate for its key.</summary>
    public void Renew(int node, TimeSpan validity)
    {
        using var key = System.Security.Cryptography.ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(Path.Combine(NodeFolder(node), "node.key")));
        using var certificate = X509CertificateLoader.LoadCertificate(
            authority.Certify(key, Nodes[node], Roles.Learner, TimeProvider.System, validity).AsSpan());
        File.WriteAllText(Path.Combine(NodeFolder(node), "node.pem"), certificate.ExportCertificatePem());
    }

    /// <summary>What the contract's entry 0 says.</summary>
    public async Task<ReadOnlyMemory<byte>> FoundingPayloadAsync(CancellationToken cancellation)
    {
        await using var ledger = EmbeddedLedger.Open(LedgerPath);
        return (await ledger.ReadAsync(Contract, 0, 1, cancellation)).Entries[0].Entry.Body.Payload;
    }

    /// <summary>Puts another history of the same contract in the ledger's place. No node may run.</summary>
    public async Task ReplaceLedgerAsync(CancellationToken cancellation)
    {
        SignedEntry founding;
        await using (var ledger = EmbeddedLedger.Open(LedgerPath))
            founding = (await ledger.ReadAsync(Contract, 0, 1, cancellation)).Entries[0].Entry;
        foreach (var file in Directory.GetFiles(Folder, Path.GetFileName(LedgerPath) + "*"))
            File.Delete(file);
        var chain = ChainHash.Next(ChainHash.Start(Contract), founding.Id);
        var body = new EntryBody(Contract, 0, adminKeys.Identity.Id, 1, 2, TrainingState.FoldVersion, 1, chain,
            TrainingEntryCodec.Encode(new Revoke(Nodes[1]))).Encode();
        await using (var ledger = EmbeddedLedger.Open(LedgerPath))
            await ledger.AppendAsync([founding, new SignedEntry(body, adminKeys.Identity.Key, [.. adminKeys.Signer.Sign(body)])],
                cancellation);
    }

    public ValueTask DisposeAsync()
    {
        authority.Dispose();
        adminKeys.Dispose();
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private async Task FoundAsync(CancellationToken cancellation)
    {
        var experiment = ExperimentReader.ReadFile(ExperimentPath);
        var schema = ExperimentProblem.Load(experiment).Node(0).Schema;
        var keys = Nodes.Select(node => authority.Issue(node, Roles.Learner, TimeProvider.System)).ToImmutableArray();
        var found = new Found(
            experiment.Training.ToContract(experiment.Protocol, schema), [authority.Anchor],
            [AdminEnrolment()],
            [.. keys.Select(k => new Enrolment(k.Identity.Id, LeaderEligible: true, k.Chain))]);
        var entry = Sign(TrainingState.Empty(Contract, default), TrainingEntryCodec.Encode(found));
        Founding = entry.Id;
        await AppendAsync(entry, cancellation);
        await WriteNodesAsync(keys, Contract.Value, Founding.ToString(), null, cancellation);
    }

    private Enrolment AdminEnrolment() => new(adminKeys.Identity.Id, LeaderEligible: false, adminKeys.Chain);

    private async Task WriteNodesAsync(ImmutableArray<NodeKeys> keys, string contract, string founding, NodeFileRunner? runner,
        CancellationToken cancellation)
    {
        var anchor = Path.Combine(Folder, "authority.pem");
        await File.WriteAllTextAsync(anchor, Anchors[0].ExportCertificatePem(), cancellation);
        for (var i = 0; i < Nodes.Length; i++)
        {
            keys[i].Save(Path.Combine(NodeFolder(i), "node.pem"), Path.Combine(NodeFolder(i), "node.key"));
            var file = new NodeFile
            {
                Folder = ".",
                Listen = $"127.0.0.1:{ports[i]}",
                Certificate = "node.pem",
                Key = "node.key",
                Anchors = [anchor],
                Peers = [.. Enumerable.Range(0, Nodes.Length).Where(j => j != i)
                    .Select(j => new NodeFilePeer(Nodes[j].Value, [$"127.0.0.1:{ports[j]}"]))],
                LedgerPath = LedgerPath,
                Contract = contract,
                Founding = founding,
                Experiment = runner is null ? ExperimentPath : null,
                ProgramNode = i,
                Admins = [adminKeys.Identity.Id.Value],
                LedgerEndpoints = etcd,
                Runner = runner,
            };
            await File.WriteAllTextAsync(NodeFilePath(i), file.ToYaml(), cancellation);
            keys[i].Dispose();
        }
    }
}
