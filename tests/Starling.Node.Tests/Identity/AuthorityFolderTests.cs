using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Starling.Core.Identity;
using Starling.Node.Identity;

namespace Starling.Node.Tests.Identity;

public sealed class AuthorityFolderTests : IDisposable
{
    private static readonly NodeId Node = NodeId.Create("trial.test", "lab", "a");
    private readonly string folder = Directory.CreateTempSubdirectory("starling-authority-").FullName;

    private string Authority => Path.Combine(folder, "ca");

    private NodeFolder Identity => new(Path.Combine(folder, "identity"));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void What_is_issued_has_name_roles_and_a_key_that_is_its_owners_alone()
    {
        using var authority = AuthorityFolder.Create(Authority, "trial.test", TimeProvider.System);
        var issued = authority.Issue(Node, Roles.Learner | Roles.Operator, null, TimeSpan.FromDays(9), Identity);
        using var keys = NodeKeys.Load(Identity.CertificatePath, Identity.KeyPath);
        using var certificate = keys.ToTlsCertificate();
        Assert.Equal((Node, Roles.Learner | Roles.Operator), (issued.Node, issued.Roles));
        Assert.InRange(DateTime.Now - certificate.NotBefore, TimeSpan.FromHours(23.9), TimeSpan.FromHours(24.1));
        Assert.InRange(certificate.NotAfter - DateTime.Now, TimeSpan.FromDays(8.9), TimeSpan.FromDays(9.1));
        Assert.NotNull(new X509Certifier().Certify([PemCertificates.Read(Identity.AnchorPath)[0]], keys.Chain));
        foreach (var secret in new[] { Identity.KeyPath, Path.Combine(Authority, "authority.key") })
            OwnersAlone(secret);
    }

    [Fact]
    public void A_request_from_a_host_is_certified_without_its_key()
    {
        using var authority = AuthorityFolder.Create(Authority, "trial.test", TimeProvider.System);
        SigningRequest.Write(Identity.RequestPath, Identity.KeyPath);
        OwnersAlone(Identity.KeyPath);
        var elsewhere = new NodeFolder(Path.Combine(folder, "elsewhere"));
        using (var key = SigningRequest.Read(Identity.RequestPath))
            authority.Issue(Node, Roles.Learner, key, null, elsewhere);
        Assert.False(File.Exists(elsewhere.KeyPath));
        using var keys = NodeKeys.Load(elsewhere.CertificatePath, Identity.KeyPath);
        Assert.Equal(Node, keys.Identity.Id);
        Assert.Contains("is not replaced",
            Assert.Throws<IdentityException>(() => SigningRequest.Write(Identity.RequestPath, Identity.KeyPath)).Message,
            StringComparison.Ordinal);
    }

    /// <summary>Red if the proof in a request is not checked: this one was changed on its way.</summary>
    [Fact]
    public void A_request_that_was_changed_or_is_of_another_curve_is_refused()
    {
        SigningRequest.Write(Identity.RequestPath, Identity.KeyPath);
        var der = PemEncoding.Find(File.ReadAllText(Identity.RequestPath)) is var found
            ? Convert.FromBase64String(File.ReadAllText(Identity.RequestPath)[found.Base64Data]) : [];
        der[^1] ^= 1;
        File.WriteAllText(Identity.RequestPath, new string(PemEncoding.Write("CERTIFICATE REQUEST", der)));
        Assert.Contains("whose proof holds", Assert.Throws<IdentityException>(() => SigningRequest.Read(Identity.RequestPath)).Message,
            StringComparison.Ordinal);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        File.WriteAllText(Identity.RequestPath, new CertificateRequest("CN=x", other, HashAlgorithmName.SHA256).CreateSigningRequestPem());
        Assert.Contains("P-256", Assert.Throws<IdentityException>(() => SigningRequest.Read(Identity.RequestPath)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_renewed_certificate_keeps_name_roles_and_key_and_a_new_key_only_if_it_is_wanted()
    {
        using var authority = AuthorityFolder.Create(Authority, "trial.test", TimeProvider.System);
        var first = authority.Issue(Node, Roles.Admin, null, null, Identity);
        var second = authority.Renew(Identity, newKey: false, null);
        Assert.Equal((Node, Roles.Admin, first.Key), (second.Node, second.Roles, second.Key));
        Assert.NotEqual(first.Serial, second.Serial);
        NodeKeys.Load(Identity.CertificatePath, Identity.KeyPath).Dispose();
        var third = authority.Renew(Identity, newKey: true, null);
        Assert.NotEqual(first.Key, third.Key);
        NodeKeys.Load(Identity.CertificatePath, Identity.KeyPath).Dispose();
    }

    /// <summary>Red if a member of etcd is refused by the others once its certificate was renewed: they ask for its host.</summary>
    [Fact]
    public void A_renewed_certificate_names_the_hosts_of_the_old_one()
    {
        using var authority = AuthorityFolder.Create(Authority, "trial.test", TimeProvider.System);
        string[] hosts = ["ledger.trial.test", "10.0.0.1", "fd00::1"];
        authority.Issue(Node, Roles.Ledger, null, null, Identity, hosts);
        foreach (var newKey in new[] { false, true })
        {
            authority.Renew(Identity, newKey, null);
            using var renewed = X509CertificateLoader.LoadCertificateFromFile(Identity.CertificatePath);
            Assert.All(hosts, host => Assert.True(renewed.MatchesHostname(host, allowCommonName: false), host));
        }
    }

    /// <summary>Red if what waiting does not mend is waited for, or told as another command's doing.</summary>
    [Fact]
    public void A_folder_that_cannot_be_one_is_told_at_once()
    {
        File.WriteAllText(Authority, "");
        var began = TimeProvider.System.GetTimestamp();
        var told = Assert.Throws<IdentityException>(() => AuthorityFolder.Create(Authority, "trial.test", TimeProvider.System));
        Assert.DoesNotContain("command", told.Message, StringComparison.Ordinal);
        Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    /// <summary>Red if only the named certificate is revoked: whoever stole the key has the older certificate as well.</summary>
    [Fact]
    public void Revoking_a_certificate_revokes_all_of_its_key_and_no_other()
    {
        using var authority = AuthorityFolder.Create(Authority, "trial.test", TimeProvider.System);
        var first = authority.Issue(Node, Roles.Learner, null, null, Identity);
        var second = authority.Renew(Identity, newKey: false, null);
        var third = authority.Renew(Identity, newKey: true, null);
        Assert.Equal(2, authority.Revoke(authority.Find(second.Serial)));
        var list = Assert.Single(PemRevocations.Read(authority.RevocationsPath));
        Assert.True(list.SignedBy(CertificateDocument.Read(PemCertificates.Read(authority.CertificatePath)[0])!));
        Assert.InRange(DateTimeOffset.UtcNow - list.Since(second)!.Value, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Assert.NotNull(list.Since(first));
        Assert.Null(list.Since(third));
        Assert.Equal(2, authority.Revoke(authority.Find(first.Serial)));
        Assert.Equal(3, authority.Revoke(authority.Find(Identity.CertificatePath)));
    }

    /// <summary>Red if whoever stole a key is believed again by a certificate that its owner had renewed afterwards.</summary>
    [Fact]
    public void A_key_that_was_revoked_gets_no_other_certificate()
    {
        using var authority = AuthorityFolder.Create(Authority, "trial.test", TimeProvider.System);
        var stolen = authority.Issue(Node, Roles.Learner, null, null, Identity);
        authority.Revoke(authority.Find(stolen.Serial));
        var before = File.ReadAllText(Identity.CertificatePath);
        Assert.Contains("starling ca rotate --node --new-key",
            Assert.Throws<IdentityException>(() => authority.Renew(Identity, newKey: false, null)).Message, StringComparison.Ordinal);
        using (var key = ECDsa.Create())
        {
            key.ImportSubjectPublicKeyInfo(stolen.Key.Bytes, out _);
            Assert.Contains("A certificate of this key was revoked at",
                Assert.Throws<IdentityException>(() => authority.Issue(Node, Roles.Learner, key, null, Identity)).Message,
                StringComparison.Ordinal);
        }

        Assert.Equal(before, File.ReadAllText(Identity.CertificatePath));
        // The copies that tell which keys were revoked may be gone; the certificate itself tells, too.
        Directory.Delete(Path.Combine(Authority, "issued"), recursive: true);
        Assert.Throws<IdentityException>(() => authority.Renew(Identity, newKey: false, null));
        var fresh = authority.Renew(Identity, newKey: true, null);
        Assert.NotEqual(stolen.Key, fresh.Key);
        Assert.Equal(fresh.Key, authority.Renew(Identity, newKey: false, null).Key);
    }

    /// <summary>Red if two commands at once both read the list before either has written it.</summary>
    [Fact(Timeout = 120_000)]
    public async Task Of_two_commands_that_revoke_at_once_neither_undoes_the_other()
    {
        using var first = AuthorityFolder.Create(Authority, "trial.test", TimeProvider.System);
        using var second = AuthorityFolder.Open(Authority, TimeProvider.System);
        string[] serials = [.. Enumerable.Range(0, 40).Select(_ => first.Issue(Node, Roles.Learner, null, null, Identity).Serial)];
        Task RevokeAsync(AuthorityFolder authority, int part) => Task.Run(() =>
        {
            foreach (var serial in serials.Where((_, place) => place % 2 == part))
                authority.Revoke(authority.Find(serial));
        });
        await Task.WhenAll(RevokeAsync(first, 0), RevokeAsync(second, 1));
        Assert.Equal(serials.Length, Assert.Single(PemRevocations.Read(first.RevocationsPath)).Count);
    }

    /// <summary>Red if a command that was begun before the authority's key was replaced signs with the old one.</summary>
    [Fact]
    public void What_another_command_changed_counts()
    {
        using var first = AuthorityFolder.Create(Authority, "trial.test", TimeProvider.System);
        using var second = AuthorityFolder.Open(Authority, TimeProvider.System);
        first.Rotate(newKey: true);
        var issued = second.Issue(Node, Roles.Learner, null, null, Identity);
        Assert.True(CertificateDocument.Read(PemCertificates.Read(first.CertificatePath)[0])!.Signed(issued));
    }

    /// <summary>Red if a file that was cut passes for a whole one with fewer certificates, or fewer lists.</summary>
    [Fact]
    public void A_file_that_is_not_whole_is_refused()
    {
        using var authority = AuthorityFolder.Create(Authority, "trial.test", TimeProvider.System);
        authority.Revoke(authority.Find(authority.Issue(Node, Roles.Learner, null, null, Identity).Serial));
        foreach (var (path, read) in new (string, Action<string>)[]
        {
            (authority.CertificatePath, file => PemCertificates.Read(file)), (authority.RevocationsPath, file => PemRevocations.Read(file)),
        })
        {
            var cut = Path.Combine(folder, "cut.pem");
            File.WriteAllText(cut, $"two of them\n{File.ReadAllText(path)}\n{File.ReadAllText(path)}");
            read(cut);
            File.WriteAllLines(cut, File.ReadAllLines(cut)[..^1]);
            Assert.Contains($"{cut} holds a part in PEM that is not whole",
                Assert.Throws<IdentityException>(() => read(cut)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_authority_revokes_only_what_it_issued()
    {
        using var authority = AuthorityFolder.Create(Authority, "trial.test", TimeProvider.System);
        using var other = AuthorityFolder.Create(Path.Combine(folder, "other"), "trial.test", TimeProvider.System);
        other.Issue(Node, Roles.Learner, null, null, Identity);
        Assert.Contains("not issued by",
            Assert.Throws<IdentityException>(() => authority.Revoke(authority.Find(Identity.CertificatePath))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_renewed_authority_and_the_old_one_vouch_for_the_same()
    {
        using var authority = AuthorityFolder.Create(Authority, "trial.test", TimeProvider.System);
        var old = PemCertificates.Read(authority.CertificatePath)[0];
        Assert.Null(authority.Rotate(newKey: false));
        var renewed = PemCertificates.Read(authority.CertificatePath)[0];
        Assert.NotEqual(old.ToArray(), renewed.ToArray());
        authority.Issue(Node, Roles.Learner, null, null, Identity);
        var chain = PemCertificates.Read(Identity.CertificatePath);
        Assert.NotNull(new X509Certifier().Certify([old], chain));
        Assert.NotNull(new X509Certifier().Certify([renewed], chain));
    }

    [Fact]
    public void An_authority_with_a_new_key_still_revokes_what_the_old_one_issued()
    {
        using var authority = AuthorityFolder.Create(Authority, "trial.test", TimeProvider.System);
        var (first, second) = (authority.Issue(Node, Roles.Learner, null, null, Identity), authority.Renew(Identity, newKey: true, null));
        authority.Revoke(authority.Find(first.Serial));
        var old = authority.Rotate(newKey: true)!;
        Assert.Equal(["trial.test", "trial.test"],
            AnchorBundle.Write([old, authority.CertificatePath], Path.Combine(folder, "anchors.pem"), TimeProvider.System));
        authority.Revoke(authority.Find(second.Serial));
        var list = Assert.Single(PemRevocations.Read(authority.RevocationsPath));
        Assert.NotNull(list.Since(first));
        Assert.NotNull(list.Since(second));
        Assert.True(list.SignedBy(CertificateDocument.Read(PemCertificates.Read(authority.CertificatePath)[0])!));
    }

    [Fact]
    public void A_bundle_takes_authorities_alone_and_each_once()
    {
        using var authority = AuthorityFolder.Create(Authority, "trial.test", TimeProvider.System);
        authority.Issue(Node, Roles.Learner, null, null, Identity);
        var output = Path.Combine(folder, "anchors.pem");
        Assert.Equal(["trial.test"], AnchorBundle.Write([authority.CertificatePath, Identity.AnchorPath], output, TimeProvider.System));
        Assert.Single(PemCertificates.Read(output));
        Assert.Contains("no authority",
            Assert.Throws<IdentityException>(() => AnchorBundle.Write([Identity.CertificatePath], output, TimeProvider.System)).Message,
            StringComparison.Ordinal);
        var later = new LaterClock(TimeSpan.FromDays(3651));
        Assert.Contains("expired",
            Assert.Throws<IdentityException>(() => AnchorBundle.Write([authority.CertificatePath], output, later)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_that_exists_is_replaced_and_a_holder_needs_a_role()
    {
        using var authority = AuthorityFolder.Create(Authority, "trial.test", TimeProvider.System);
        Assert.Contains("is not replaced",
            Assert.Throws<IdentityException>(() => AuthorityFolder.Create(Authority, "trial.test", TimeProvider.System)).Message,
            StringComparison.Ordinal);
        Assert.Contains("needs a role",
            Assert.Throws<IdentityException>(() => authority.Issue(Node, Roles.None, null, null, Identity)).Message,
            StringComparison.Ordinal);
        Assert.False(File.Exists(Identity.CertificatePath));
    }

    private static void OwnersAlone(string file)
    {
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    private sealed class LaterClock(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }
}
