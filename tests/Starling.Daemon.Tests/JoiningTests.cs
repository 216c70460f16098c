using Starling.Core.Configuration;
using Starling.Core.Identity;
using Starling.Daemon.Configuration;
using Starling.Daemon.Joining;
using Starling.Daemon.Tests.Clusters;
using Starling.Learning.Experiments;
using Starling.Node.Identity;

namespace Starling.Daemon.Tests;

public sealed class JoiningTests : IDisposable
{
    private static readonly NodeId Invited = NodeId.Create("new.example", "clinic", "b");
    private readonly string folder = Directory.CreateTempSubdirectory("starling-join-").FullName;
    private readonly AuthorityFolder authority;

    public JoiningTests() => authority = AuthorityFolder.Create(Path.Combine(folder, "ca"), "new.example", TimeProvider.System);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Host => Path.Combine(folder, "host");

    public void Dispose()
    {
        authority.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_host_becomes_a_node_by_one_file_and_its_key_stays_there()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 1), Cancellation);
        var own = new NodeFolder(Path.Combine(Host, "identity"));
        SigningRequest.Write(own.RequestPath, own.KeyPath);
        var key = await File.ReadAllTextAsync(own.KeyPath, Cancellation);
        var file = Path.Combine(folder, "b.invite");
        await File.WriteAllTextAsync(file, Invite(cluster, own.RequestPath).Write(), Cancellation);
        Assert.DoesNotContain("PRIVATE KEY", await File.ReadAllTextAsync(file, Cancellation), StringComparison.Ordinal);

        var node = new HostSetup(Host, "127.0.0.1:30399").Join(Invitation.ReadFile(file));
        Assert.Equal(key, await File.ReadAllTextAsync(own.KeyPath, Cancellation));
        Assert.Equal(("127.0.0.1:30399", cluster.Founding, Path.Combine(Host, "data")),
            (node.Listen.ToString(), node.Contract!.Founding, node.Folder));
        Assert.Equal([cluster.Nodes[0], cluster.Nodes[1]], node.Peers.Select(peer => peer.Node));
        Assert.Equal("10.0.0.1:30304", node.Peers[0].Addresses[0].ToString());
        using (var keys = NodeKeys.Load(node.Identity.Certificate, node.Identity.Key))
            Assert.Equal(Invited, keys.Identity.Id);
        Assert.Contains("already",
            Assert.Throws<DaemonException>(() => new HostSetup(Host, "127.0.0.1:30399").Join(Invitation.ReadFile(file))).Message,
            StringComparison.Ordinal);
        // A unit of systemd does not start where the folder is missing that the node writes to.
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(node.Folder));
        Assert.Equal(["data", "identity", "node.yaml"],
            Directory.EnumerateFileSystemEntries(Host).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_does_not_fit_leaves_nothing_behind()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 1), Cancellation);
        var right = Invite(cluster, request: null);
        var stranger = await File.ReadAllTextAsync(Path.Combine(cluster.NodeFolder(0), "node.key"), Cancellation);
        foreach (var (wrong, sentence) in new[]
        {
            (right with { Key = null }, "starling ca request"),
            (right with { Key = stranger }, "is not the key of"),
            (right with { Node = cluster.Nodes[0] }, "and its certificate for"),
            (right with { Anchors = await File.ReadAllTextAsync(cluster.Configuration(0).Identity.Anchors[0], Cancellation) },
                "None of the authorities"),
        })
        {
            Assert.Contains(sentence, Assert.Throws<DaemonException>(() => new HostSetup(Host, "127.0.0.1:30399").Join(wrong)).Message,
                StringComparison.Ordinal);
            Assert.False(File.Exists(Path.Combine(Host, "node.yaml")) || File.Exists(Path.Combine(Host, "identity", "private.key")));
        }

        new HostSetup(Host, "127.0.0.1:30399").Join(right);
        Assert.True(File.Exists(Path.Combine(Host, "identity", "private.key")));
    }

    /// <summary>Red if an invitation may set anything of a node: a folder, a program to run, whom to believe.</summary>
    [Theory]
    [InlineData("program")]
    [InlineData("identity")]
    [InlineData("admins")]
    public void An_invitation_sets_only_what_nodes_share(string setting)
    {
        var file = Path.Combine(folder, "b.invite");
        File.WriteAllText(file, $"invitation: 1\nnode: {Invited}\ncertificate: c\nanchors: a\nsettings: {{ {setting}: x }}\n");
        var mistake = Assert.Single(Assert.Throws<ConfigurationException>(() => Invitation.ReadFile(file)).Mistakes);
        Assert.Contains($"has '{setting}', which no invitation may set", mistake.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Red if an invitation names files of the inviting host, or forgets whom its ledger is known by.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_ledger_with_files_of_its_own_is_reached_from_the_new_host()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 1), Cancellation);
        using var corporate = AuthorityFolder.Create(Path.Combine(folder, "corporate"), "corporate.example", TimeProvider.System);
        var file = Path.Combine(folder, "b.invite");
        cluster.Rewrite(0, $"kind: embedded\n  path: '{cluster.LedgerPath}'",
            $"kind: etcd\n  endpoints: ['https://10.0.0.2:2379']\n  certificate: etcd.pem\n  key: etcd.key\n  anchors: ['{corporate.CertificatePath}']");
        await File.WriteAllTextAsync(file, Invite(cluster, request: null).Write(), Cancellation);
        var node = new HostSetup(Host, "127.0.0.1:30399").Join(Invitation.ReadFile(file));
        var shown = node.Ledger.Etcd!.Identity!;
        Assert.Equal((node.Identity.Certificate, node.Identity.Key), (shown.Certificate, shown.Key));
        Assert.Equal(Path.Combine(Host, "identity"), Path.GetDirectoryName(Assert.Single(shown.Anchors)));
        Assert.Equal(PemCertificates.Read(corporate.CertificatePath)[0].ToArray(), PemCertificates.Read(shown.Anchors[0])[0].ToArray());
    }

    [Theory]
    [InlineData("certificate")]
    [InlineData("key")]
    [InlineData("anchors")]
    [InlineData("member")]
    public void An_invitation_names_no_file_of_a_ledger(string setting)
    {
        var file = Path.Combine(folder, "b.invite");
        File.WriteAllText(file,
            $"invitation: 1\nnode: {Invited}\ncertificate: c\nanchors: a\nsettings: {{ ledger: {{ kind: etcd, {setting}: x }} }}\n");
        var mistake = Assert.Single(Assert.Throws<ConfigurationException>(() => Invitation.ReadFile(file)).Mistakes);
        Assert.Contains($"has 'ledger.{setting}', which no invitation may set", mistake.ToString(), StringComparison.Ordinal);
    }

    private Invitation Invite(Cluster cluster, string? request)
    {
        var draft = new NodeFolder(Path.Combine(folder, "draft"));
        using var key = request is null ? null : SigningRequest.Read(request);
        authority.Issue(Invited, Roles.Learner, key, null, draft);
        var tree = YamlTreeReader.ReadFile(cluster.NodeFilePath(0), YamlBounds.Node);
        return new Invitation(
            Invited, File.ReadAllText(draft.CertificatePath), key is null ? File.ReadAllText(draft.KeyPath) : null,
            File.ReadAllText(cluster.Configuration(0).Identity.Anchors[0]) + "\n" + File.ReadAllText(authority.CertificatePath), null,
            Invitation.SettingsFor(tree, NodeConfigurationReader.Read(tree), cluster.Nodes[0], ["10.0.0.1:30304"], Invited))
        {
            LedgerAnchors = Invitation.LedgerAnchorsOf(NodeConfigurationReader.Read(tree)),
        };
    }
}
