using System.Security.Cryptography;
using Starling.Core.Identity;
using Starling.Node.Identity;

namespace Starling.Node.Tests.Identity;

public sealed class NodeKeysTests : IDisposable
{
    private static readonly NodeId Node = NodeId.Parse("spiffe://trial.test/lab-1/node_a");
    private readonly string folder = Directory.CreateTempSubdirectory("starling-keys-").FullName;
    private readonly CertificateAuthority authority = CertificateAuthority.Create("trial.test", TimeProvider.System);

    public void Dispose()
    {
        authority.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void What_an_authority_issues_is_certified_by_its_anchor_and_signs_what_verifies()
    {
        using var keys = authority.Issue(Node, Roles.Learner, TimeProvider.System);
        var certified = new X509Certifier().Certify([authority.Anchor], keys.Chain);
        Assert.Equal(new CertifiedIdentity(Node, keys.Identity.Key, Roles.Learner), certified);
        for (var i = 0; i < 20; i++)
            Assert.True(EntrySignature.Verify([1, 2, 3], keys.Identity.Key, keys.Signer.Sign([1, 2, 3]).AsSpan()));
    }

    [Fact]
    public void Certificates_are_valid_from_a_day_ago_and_no_longer_than_their_authority()
    {
        using var keys = authority.Issue(Node, Roles.Learner, TimeProvider.System, TimeSpan.FromDays(20_000));
        using var certificate = keys.ToTlsCertificate();
        Assert.True(certificate.HasPrivateKey);
        Assert.InRange(DateTime.Now - certificate.NotBefore, TimeSpan.FromHours(23.9), TimeSpan.FromHours(24.1));
        Assert.InRange(certificate.NotAfter - DateTime.Now, CertificateAuthority.Validity - TimeSpan.FromHours(1),
            CertificateAuthority.Validity);
    }

    [Fact]
    public void A_certificate_names_the_hosts_that_it_is_issued_for_besides_its_node()
    {
        using var keys = authority.Issue(Node, Roles.Learner, TimeProvider.System, hosts: ["ledger.trial.test", "10.1.2.3", "fd00::1"]);
        using var certificate = keys.ToTlsCertificate();
        Assert.Equal(Node, keys.Identity.Id);
        Assert.NotNull(new X509Certifier().Certify([authority.Anchor], keys.Chain));
        Assert.All(["ledger.trial.test", "10.1.2.3", "fd00::1"],
            host => Assert.True(certificate.MatchesHostname(host, allowCommonName: false)));
        Assert.False(certificate.MatchesHostname("10.1.2.4", allowCommonName: false));
        Refused("no host", () => authority.Issue(Node, Roles.Learner, TimeProvider.System, hosts: ["no host"]));
        Refused("at most 16",
            () => authority.Issue(Node, Roles.Learner, TimeProvider.System, hosts: [.. Enumerable.Repeat("10.1.2.3", 17)]));
    }

    [Fact]
    public void Keys_are_stored_for_their_owner_alone_and_loaded_again()
    {
        using var keys = authority.Issue(Node, Roles.Learner, TimeProvider.System);
        keys.Save(At("sub/node.crt"), At("sub/node.key"));
        using var loaded = NodeKeys.Load(At("sub/node.crt"), At("sub/node.key"));
        Assert.Equal(keys.Identity, loaded.Identity);
        Assert.True(EntrySignature.Verify([1], keys.Identity.Key, loaded.Signer.Sign([1]).AsSpan()));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(At("sub/node.key")));
        Assert.Equal(["node.crt", "node.key"], Directory.GetFiles(At("sub")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void An_authority_is_stored_and_loaded_again()
    {
        authority.Save(At("ca.crt"), At("ca.key"));
        using var loaded = CertificateAuthority.Load(At("ca.crt"), At("ca.key"));
        using var keys = loaded.Issue(Node, Roles.Learner, TimeProvider.System);
        Assert.NotNull(new X509Certifier().Certify([authority.Anchor], keys.Chain));
        Assert.Equal("trial.test", loaded.TrustDomain);
    }

    [Fact]
    public void An_authority_issues_for_its_own_trust_domain_only()
    {
        Refused("two.test", () => authority.Issue(NodeId.Parse("spiffe://two.test/lab/a"), Roles.Learner, TimeProvider.System));
        Refused("Bad Name", () => CertificateAuthority.Create("Bad Name", TimeProvider.System));
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        Refused("nowhere.crt", () => NodeKeys.Load(At("nowhere.crt"), At("node.key")));
        using var keys = authority.Issue(Node, Roles.Learner, TimeProvider.System);
        keys.Save(At("node.crt"), At("node.key"));
        File.Delete(At("node.key"));
        Refused("node.key", () => NodeKeys.Load(At("node.crt"), At("node.key")));
    }

    [Fact]
    public void A_key_that_is_not_the_certificates_is_refused_with_both_names()
    {
        using var keys = authority.Issue(Node, Roles.Learner, TimeProvider.System);
        using var others = authority.Issue(Node, Roles.Learner, TimeProvider.System);
        keys.Save(At("a.crt"), At("a.key"));
        others.Save(At("b.crt"), At("b.key"));
        Assert.Contains("a.crt", Refused("b.key", () => NodeKeys.Load(At("a.crt"), At("b.key"))).Message, StringComparison.Ordinal);
        authority.Save(At("ca.crt"), At("ca.key"));
        Refused("a.key", () => CertificateAuthority.Load(At("ca.crt"), At("a.key")));
        Refused("a.crt", () => CertificateAuthority.Load(At("a.crt"), At("a.key")));
        Refused("ca.crt", () => NodeKeys.Load(At("ca.crt"), At("ca.key")));
    }

    [Fact]
    public void Files_that_hold_something_else_are_refused()
    {
        using var keys = authority.Issue(Node, Roles.Learner, TimeProvider.System);
        keys.Save(At("a.crt"), At("a.key"));
        File.WriteAllText(At("text"), "no key");
        Refused("text", () => NodeKeys.Load(At("text"), At("a.key")));
        Refused("text", () => NodeKeys.Load(At("a.crt"), At("text")));
        Refused("a.crt", () => NodeKeys.Load(At("a.crt"), At("a.crt")));
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        File.WriteAllText(At("p384.key"), p384.ExportPkcs8PrivateKeyPem());
        Refused("P-256", () => NodeKeys.Load(At("a.crt"), At("p384.key")));
        using var open = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(At("public.key"), open.ExportSubjectPublicKeyInfoPem());
        Refused("public.key", () => NodeKeys.Load(At("a.crt"), At("public.key")));
        File.WriteAllText(At("broken.crt"), new string(PemEncoding.Write("CERTIFICATE", [1, 2, 3])));
        Refused("broken.crt", () => NodeKeys.Load(At("broken.crt"), At("a.key")));
        File.WriteAllBytes(At("huge"), new byte[2 << 20]);
        Refused("huge", () => NodeKeys.Load(At("a.crt"), At("huge")));
    }

    [Fact]
    public void What_cannot_be_written_leaves_nothing_behind()
    {
        File.WriteAllText(At("file"), "");
        Directory.CreateDirectory(At("taken.key"));
        using var keys = authority.Issue(Node, Roles.Learner, TimeProvider.System);
        Refused("file", () => keys.Save(At("file/a.crt"), At("file/a.key")));
        Refused("taken.key", () => keys.Save(At("a.crt"), At("taken.key")));
        Assert.Equal(["file"], Directory.GetFiles(folder).Select(Path.GetFileName));
    }

    private static IdentityException Refused(string named, Action action)
    {
        var refused = Assert.Throws<IdentityException>(action);
        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
        return refused;
    }

    private string At(string name) => Path.Combine(folder, name);
}
