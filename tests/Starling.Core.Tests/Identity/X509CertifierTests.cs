using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Starling.Core.Identity;
using static Starling.Core.Tests.Identity.TestCertificates;

namespace Starling.Core.Tests.Identity;

public class X509CertifierTests
{
    private static readonly TestCertificates Root = new() { Subject = "CN=root", Uris = ["spiffe://one.test"], Authority = true };
    private static readonly TestCertificates Middle = new() { Subject = "CN=middle", Authority = true };
    private static readonly TestCertificates Node = new() { Subject = "CN=node", Uris = ["spiffe://one.test/lab/a"] };

    [Fact]
    public void An_anchor_vouches_for_a_node_of_its_trust_domain_whatever_the_date()
    {
        using var root = Root.Make();
        using var node = Node.Make(root);
        var certified = Certify([root], [node]);
        Assert.Equal("spiffe://one.test/lab/a", certified?.Node.Value);
        using var key = node.GetECDsaPublicKey()!;
        Assert.True(certified!.Key.Bytes.SequenceEqual(key.ExportSubjectPublicKeyInfo()));
        Assert.NotNull(Certify([root], [node, root]));
    }

    [Fact]
    public void A_chain_may_pass_through_authorities_and_through_P_384()
    {
        using var root = (Root with { Curve = ECCurve.NamedCurves.nistP384, Hash = HashAlgorithmName.SHA384 }).Make();
        using var middle = (Middle with { Hash = HashAlgorithmName.SHA512 }).Make(root);
        using var node = Node.Make(middle);
        Assert.NotNull(Certify([root], [node, middle]));
        Assert.Null(Certify([root], [node]));
        Assert.Null(Certify([root], [middle]));
    }

    [Fact]
    public void Authorities_of_two_organisations_stand_side_by_side_and_neither_speaks_for_the_other()
    {
        using var one = Root.Make();
        using var two = (Root with { Uris = ["spiffe://two.test"] }).Make();
        using var honest = Node.Make(one);
        using var stolen = Node.Make(two);
        Assert.NotNull(Certify([two, one], [honest]));
        Assert.Null(Certify([two, one], [stolen]));
        using var middle = (Middle with { Uris = ["spiffe://two.test"] }).Make(one);
        using var below = Node.Make(middle);
        Assert.Null(Certify([one], [below, middle]));
    }

    /// <summary>Red if only so many anchors are looked at, and the rest are trusted for nothing without a word.</summary>
    [Fact]
    public void Every_anchor_counts_however_many_there_are()
    {
        X509Certificate2[] others = [.. Enumerable.Range(0, 2 * X509Certifier.MaxCertificates)
            .Select(i => (Root with { Uris = [$"spiffe://other-{i}.test"] }).Make())];
        using var root = Root.Make();
        using var node = Node.Make(root);
        Assert.NotNull(Certify([.. others, root], [node]));
        Assert.Null(Certify(others, [node]));
        foreach (var other in others)
            other.Dispose();
    }

    [Fact]
    public void An_anchor_that_names_no_trust_domain_vouches_for_nobody()
    {
        using var root = (Root with { Uris = [] }).Make();
        using var node = Node.Make(root);
        Assert.Null(Certify([root], [node]));
        using var twice = (Root with { Uris = ["spiffe://one.test", "spiffe://one.test"] }).Make();
        using var other = Node.Make(twice);
        Assert.Null(Certify([twice], [other]));
    }

    [Fact]
    public void Another_key_under_the_same_name_vouches_for_nobody()
    {
        using var root = Root.Make();
        using var impostor = Root.Make();
        using var node = Node.Make(impostor);
        Assert.Null(Certify([root], [node]));
        Assert.NotNull(Certify([root, impostor], [node]));
        using var self = Node.Make();
        Assert.Null(Certify([root], [self]));
        Assert.Null(Certify([self], [self]));
    }

    [Fact]
    public void A_node_cannot_certify_another_node()
    {
        using var root = Root.Make();
        using var node = Node.Make(root);
        using var child = (Node with { Uris = ["spiffe://one.test/lab/b"] }).Make(node);
        Assert.Null(Certify([root], [child, node]));
        using var usage = (Middle with { Usage = X509KeyUsageFlags.DigitalSignature }).Make(root);
        using var below = Node.Make(usage);
        Assert.Null(Certify([root], [below, usage]));
    }

    [Fact]
    public void The_length_of_the_path_is_honoured()
    {
        using var root = (Root with { PathLength = 0 }).Make();
        using var direct = Node.Make(root);
        using var middle = Middle.Make(root);
        using var below = Node.Make(middle);
        Assert.NotNull(Certify([root], [direct]));
        Assert.Null(Certify([root], [below, middle]));
    }

    [Theory]
    [InlineData()]
    [InlineData("https://one.test/lab/a")]
    [InlineData("spiffe://one.test/lab")]
    [InlineData("spiffe://one.test/lab/a/b")]
    [InlineData("spiffe://one.test/lab/a", "spiffe://one.test/lab/b")]
    [InlineData("spiffe://one.test/lab/a", "https://one.test")]
    public void A_certificate_that_does_not_name_exactly_one_node_is_refused(params string[] uris)
    {
        using var root = Root.Make();
        using var node = (Node with { Uris = uris }).Make(root);
        Assert.Null(Certify([root], [node]));
    }

    [Fact]
    public void A_nodes_certificate_is_no_authority_is_for_signatures_and_on_P_256()
    {
        using var root = Root.Make();
        foreach (var wrong in new[]
        {
            Node with
            {
                Authority = true
            }, Node with { Usage = X509KeyUsageFlags.CrlSign }, Node with { Curve = ECCurve.NamedCurves.nistP384 },
            Node with { Curve = ECCurve.NamedCurves.nistP521 },
        })
        {
            using var node = wrong.Make(root);
            Assert.Null(Certify([root], [node]));
        }
    }

    [Fact]
    public void What_is_critical_and_not_understood_is_refused_and_what_is_not_critical_is_passed_over()
    {
        using var root = Root.Make();
        using var critical = (Node with { Others = [new X509Extension("1.2.3.4", [5, 0], true)] }).Make(root);
        using var passing = (Node with { Others = [new X509Extension("1.2.3.4", [5, 0], false)] }).Make(root);
        using var constrained = (Node with { Others = [new X509Extension("2.5.29.30", [0x30, 0], false)] }).Make(root);
        Assert.Null(Certify([root], [critical]));
        Assert.NotNull(Certify([root], [passing]));
        Assert.Null(Certify([root], [constrained]));
    }

    [Fact]
    public void Any_changed_byte_of_a_certificate_is_found_and_nothing_hostile_throws()
    {
        using var root = Root.Make();
        using var node = Node.Make(root);
        ImmutableArray<ImmutableArray<byte>> anchors = [Der(root)];
        var certifier = new X509Certifier();
        var der = node.RawData;
        for (var i = 0; i < der.Length; i++)
        {
            var changed = (byte[])der.Clone();
            changed[i] ^= (byte)(1 + (i % 255));
            Assert.True(certifier.Certify(anchors, [[.. changed]]) is null, $"byte {i}");
            Assert.Null(certifier.Certify(anchors, [[.. der[..i]]]));
        }

        Assert.Null(certifier.Certify(anchors, []));
        Assert.Null(certifier.Certify(anchors, default));
        Assert.Null(certifier.Certify([[1, 2, 3]], [Der(node)]));
        Assert.Null(certifier.Certify(anchors, [[.. der, 0]]));
        Assert.Null(certifier.Certify(anchors, [[.. new byte[CertificateDocument.MaxBytes + 1]]]));
        Assert.Null(certifier.Certify(anchors, [.. Enumerable.Repeat(Der(node), X509Certifier.MaxCertificates + 1)]));
    }

    private static CertifiedIdentity? Certify(X509Certificate2[] anchors, X509Certificate2[] chain) =>
        new X509Certifier().Certify([.. anchors.Select(Der)], [.. chain.Select(Der)]);
}
