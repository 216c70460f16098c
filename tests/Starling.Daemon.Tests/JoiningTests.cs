using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Starling.Core.Configuration;
using Starling.Core.Identity;
using Starling.Daemon.Backups;
using Starling.Daemon.Folders;
using Starling.Daemon.Joining;
using Starling.Daemon.Tests.Clusters;
using Starling.Node.Identity;
using Starling.Node.Journal;

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
        UseEtcd(cluster, corporate.CertificatePath);
        await File.WriteAllTextAsync(file, Invite(cluster, request: null).Write(), Cancellation);
        var node = new HostSetup(Host, "127.0.0.1:30399").Join(Invitation.ReadFile(file));
        var shown = node.Ledger.Etcd!.Identity!;
        Assert.Equal((node.Identity.Certificate, node.Identity.Key), (shown.Certificate, shown.Key));
        Assert.Equal(Path.Combine(Host, "identity"), Path.GetDirectoryName(Assert.Single(shown.Anchors)));
        Assert.Equal(PemCertificates.Read(corporate.CertificatePath)[0].ToArray(), PemCertificates.Read(shown.Anchors[0])[0].ToArray());
    }

    /// <summary>Red if what only the platform's TLS is asked to believe must be what Starling's own takes.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_ledger_may_be_known_by_any_authorities_and_any_number()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 1), Cancellation);
        var bundle = Bundle("etcd-ca.pem", Enumerable.Range(0, 9).Select(i => Authority($"a{i}.example")).Prepend(AuthorityOnRsa()));
        UseEtcd(cluster, bundle);
        var file = Path.Combine(folder, "b.invite");
        await File.WriteAllTextAsync(file, Invite(cluster, request: null).Write(), Cancellation);
        var node = new HostSetup(Host, "127.0.0.1:30399").Join(Invitation.ReadFile(file));
        Assert.Equal(Read(bundle), node.Ledger.Etcd!.Identity!.Anchors.SelectMany(Read));

        static IEnumerable<string> Read(string path)
        {
            var read = new X509Certificate2Collection();
            read.ImportFromPemFile(path);
            return read.Select(each => each.Thumbprint);
        }
    }

    /// <summary>Red if an invitation holds no more authorities than one file does.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_node_that_believes_many_authorities_invites_another_that_does()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 1), Cancellation);
        var own = cluster.Configuration(0).Identity.Anchors[0];
        var others = Enumerable.Range(0, 9).Select(i => Authority($"a{i}.example")).ToList();
        cluster.Rewrite(0, $"    - '{own}'",
            $"    - '{Bundle("one.pem", others[..4].Prepend(File.ReadAllText(own) + "\n"))}'\n    - '{Bundle("two.pem", others[4..])}'");
        var file = Path.Combine(folder, "b.invite");
        await File.WriteAllTextAsync(file, Invite(cluster, request: null).Write(), Cancellation);
        var node = new HostSetup(Host, "127.0.0.1:30399").Join(Invitation.ReadFile(file));
        using var identity = DaemonIdentity.Load(node.Identity, null).Keys;
        Assert.Equal([8, 3], node.Identity.Anchors.Select(path => PemCertificates.Read(path).Length));
        Assert.Equal(
            Digests(cluster.Configuration(0).Identity.Anchors.Append(authority.CertificatePath)), Digests(node.Identity.Anchors));

        static IEnumerable<Digest> Digests(IEnumerable<string> files) =>
            files.SelectMany(file => PemCertificates.Read(file)).Select(der => Digest.Of(der.AsSpan()));
    }

    /// <summary>Red if a certificate is issued, and kept, for an invitation that then cannot be made.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Nothing_is_issued_for_an_invitation_that_cannot_be_made()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 1), Cancellation);
        UseEtcd(cluster, Bundle("etcd-ca.pem", [AuthorityOnRsa()[..^20]]));
        Assert.Contains("not whole", Assert.Throws<IdentityException>(() => Invite(cluster, request: null)).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(folder, "ca", "issued")));
    }

    /// <summary>
    /// Red if a backup lacks what the node reaches its ledger by, or some of what <c>join</c> wrote stays when it is removed.
    /// </summary>
    [Fact(Timeout = 60_000)]
    public async Task What_an_invitation_brought_is_backed_up_restored_and_removed()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 1), Cancellation);
        UseEtcd(cluster, Bundle("etcd-ca.pem", [AuthorityOnRsa()]));
        var node = new HostSetup(Host, "127.0.0.1:30399").Join(Invite(cluster, request: null));
        NodeJournal.Open(Path.Combine(node.Folder, NodeJournal.FileName)).Dispose();
        var (file, archive) = (Path.Combine(Host, "node.yaml"), Path.Combine(folder, "b.tar.gz"));
        var identity = Directory.GetFiles(Path.Combine(Host, "identity")).ToDictionary(path => path, File.ReadAllText);
        Assert.Contains(node.Ledger.Etcd!.Identity!.Anchors[0], identity.Keys);
        NodeBackup.Write(node, file, archive, withIdentity: true);
        Directory.Delete(Host, recursive: true);
        await NodeRestore.RestoreAsync(archive, file, Cancellation);
        Assert.Equal(identity, Directory.GetFiles(Path.Combine(Host, "identity")).ToDictionary(path => path, File.ReadAllText));

        new NodeRemoval(node, file).Remove(withIdentity: true);
        Assert.False(Directory.Exists(Host));
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
        using var key = request is null ? null : SigningRequest.Read(request);
        return new Inviter(cluster.NodeFilePath(0)).Invite(Invited, Roles.Learner, key, authority, ["10.0.0.1:30304"]);
    }

    private void UseEtcd(Cluster cluster, string anchors) => cluster.Rewrite(0, $"kind: embedded\n  path: '{cluster.LedgerPath}'",
        $"kind: etcd\n  endpoints: ['https://10.0.0.2:2379']\n  certificate: etcd.pem\n  key: etcd.key\n  anchors: ['{anchors}']");

    private string Bundle(string name, IEnumerable<string> certificates)
    {
        File.WriteAllText(Path.Combine(folder, name), string.Concat(certificates));
        return Path.Combine(folder, name);
    }

    private static string Authority(string trustDomain)
    {
        using var made = CertificateAuthority.Create(trustDomain, TimeProvider.System);
        return PemCertificates.Text([made.Anchor]);
    }

    // Of a corporate authority, which knows nothing of Starling.
    private static string AuthorityOnRsa()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=Corporate", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));
        return made.ExportCertificatePem() + "\n";
    }
}
