using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Starling.Core.Identity;
using static Starling.Core.Tests.Identity.TestCertificates;

namespace Starling.Core.Tests.Identity;

public class RevocationListTests
{
    private static readonly TestCertificates Root = new()
    {
        Subject = "CN=root",
        Uris = ["spiffe://one.test"],
        Authority = true,
        Usage = X509KeyUsageFlags.CrlSign | X509KeyUsageFlags.KeyCertSign
    };
    private static readonly TestCertificates Node = new() { Subject = "CN=node", Uris = ["spiffe://one.test/lab/a"] };
    private static readonly DateTimeOffset When = From.AddDays(3);

    [Fact]
    public void A_list_says_since_when_a_certificate_of_its_authority_is_revoked()
    {
        using var root = Root.Make();
        using var node = Node.Make(root);
        using var other = (Root with { Subject = "CN=other" }).Make();
        using var same = Node.Make(other);
        var list = RevocationList.Read([.. List(root, node)])!;
        Assert.Equal(When, list.Since(Read(node)));
        Assert.Equal((1, From.AddDays(4), From.AddDays(40)), (list.Count, list.Issued, list.NextUpdate));
        Assert.Null(list.Since(Read(same))); // the same serial number, of another authority
        Assert.Null(list.Since(Read(root)));
        Assert.Equal(0, RevocationList.Read([.. List(root)])!.Count);
    }

    [Fact]
    public void Only_its_authority_vouches_for_it_and_only_if_it_may_sign_lists()
    {
        using var root = Root.Make();
        using var impostor = Root.Make();
        using var node = Node.Make(root);
        var list = RevocationList.Read([.. List(root, node)])!;
        Assert.True(list.SignedBy(Read(root)));
        Assert.False(list.SignedBy(Read(impostor)));
        using var key = root.GetECDsaPrivateKey()!;
        var request = new CertificateRequest(root.SubjectName, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        using var certifier = request.CreateSelfSigned(From, From.AddYears(1));
        Assert.False(list.SignedBy(Read(certifier)));
    }

    [Fact]
    public void A_list_that_is_limited_in_a_critical_way_is_none()
    {
        using var root = Root.Make();
        Assert.NotNull(RevocationList.Read([.. Written(critical: false, entries: 1, root)]));
        Assert.Null(RevocationList.Read([.. Written(critical: true, entries: 1, root)]));
    }

    [Fact]
    public void A_list_has_a_bound()
    {
        using var root = Root.Make();
        Assert.Equal(RevocationList.MaxEntries, RevocationList.Read([.. Written(critical: false, RevocationList.MaxEntries, root)])!.Count);
        Assert.Null(RevocationList.Read([.. Written(critical: false, RevocationList.MaxEntries + 1, root)]));
        Assert.Null(RevocationList.Read([.. new byte[RevocationList.MaxBytes + 1]]));
    }

    [Fact]
    public void Any_changed_byte_is_found_and_nothing_hostile_throws()
    {
        using var root = Root.Make();
        using var node = Node.Make(root);
        var der = List(root, node);
        var authority = Read(root);
        for (var i = 0; i < der.Length; i++)
        {
            var changed = (byte[])der.Clone();
            changed[i] ^= (byte)(1 + (i % 255));
            Assert.True(RevocationList.Read([.. changed])?.SignedBy(authority) is null or false, $"byte {i}");
            Assert.Null(RevocationList.Read([.. der[..i]]));
        }

        Assert.Null(RevocationList.Read(default));
        Assert.Null(RevocationList.Read([.. der, 0]));
    }

    private static CertificateDocument Read(X509Certificate2 certificate) => CertificateDocument.Read(Der(certificate))!;

    private static byte[] List(X509Certificate2 authority, params X509Certificate2[] revoked)
    {
        var builder = new CertificateRevocationListBuilder();
        foreach (var certificate in revoked)
            builder.AddEntry(certificate, When, X509RevocationReason.KeyCompromise);
        using var key = authority.GetECDsaPrivateKey()!;
        return builder.Build(authority.SubjectName, X509SignatureGenerator.CreateForECDsa(key), 1, From.AddDays(40),
            HashAlgorithmName.SHA256,
            X509AuthorityKeyIdentifierExtension.CreateFromIssuerNameAndSerialNumber(authority.SubjectName,
                authority.SerialNumberBytes.Span), From.AddDays(4));
    }

    // By hand: the builder writes no extension that limits a list.
    private static byte[] Written(bool critical, int entries, X509Certificate2 authority)
    {
        var body = new AsnWriter(AsnEncodingRules.DER);
        using (body.PushSequence())
        {
            body.WriteInteger(1);
            WriteAlgorithm(body);
            body.WriteEncodedValue(authority.SubjectName.RawData);
            body.WriteUtcTime(From);
            using (body.PushSequence())
                for (var i = 1; i <= entries; i++)
                    using (body.PushSequence())
                    {
                        body.WriteInteger(i);
                        body.WriteUtcTime(From);
                    }

            using (body.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            using (body.PushSequence())
            using (body.PushSequence())
            {
                body.WriteObjectIdentifier("2.5.29.28");
                if (critical)
                    body.WriteBoolean(true);
                body.WriteOctetString([5, 0]);
            }
        }

        using var key = authority.GetECDsaPrivateKey()!;
        var list = new AsnWriter(AsnEncodingRules.DER);
        using (list.PushSequence())
        {
            list.WriteEncodedValue(body.Encode());
            WriteAlgorithm(list);
            list.WriteBitString(key.SignData(body.Encode(), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        }

        return list.Encode();
    }

    private static void WriteAlgorithm(AsnWriter writer)
    {
        using (writer.PushSequence())
            writer.WriteObjectIdentifier("1.2.840.10045.4.3.2");
    }
}
