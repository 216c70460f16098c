using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Starling.Core.Tests.Identity;

/// <summary>Makes certificates, right ones and wrong ones, for the tests of those who read them.</summary>
internal sealed record TestCertificates
{
    public static readonly DateTimeOffset From = new(2001, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public string Subject { get; init; } = "CN=x";

    public string[] Uris { get; init; } = [];

    public bool Authority { get; init; }

    public int? PathLength { get; init; }

    public X509KeyUsageFlags? Usage { get; init; }

    public ECCurve Curve { get; init; } = ECCurve.NamedCurves.nistP256;

    public HashAlgorithmName Hash { get; init; } = HashAlgorithmName.SHA256;

    public X509Extension[] Others { get; init; } = [];

    public static ImmutableArray<byte> Der(X509Certificate2 certificate) => [.. certificate.RawDataMemory.Span];

    public X509Certificate2 Make(X509Certificate2? issuer = null)
    {
        using var key = ECDsa.Create(Curve);
        var request = new CertificateRequest(new X500DistinguishedName(Subject), key, Hash);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(Authority, PathLength.HasValue, PathLength ?? 0, true));
        if (Usage is { } usage)
            request.CertificateExtensions.Add(new X509KeyUsageExtension(usage, true));
        if (Uris.Length > 0)
            request.CertificateExtensions.Add(Names(Uris));
        foreach (var other in Others)
            request.CertificateExtensions.Add(other);
        if (issuer is null)
            return request.CreateSelfSigned(From, From.AddYears(1));
        using var issuerKey = issuer.GetECDsaPrivateKey()!;
        // A generator of its own, so that wrong issuers can be used, which CertificateRequest would refuse.
        using var bare =
            request.Create(issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(issuerKey), From, From.AddYears(1), [1, 2, 3]);
        return bare.CopyWithPrivateKey(key);
    }

    private static X509Extension Names(string[] uris)
    {
        var names = new AsnWriter(AsnEncodingRules.DER);
        using (names.PushSequence())
            foreach (var uri in uris)
                names.WriteCharacterString(UniversalTagNumber.IA5String, uri, new Asn1Tag(TagClass.ContextSpecific, 6));
        return new X509Extension("2.5.29.17", names.Encode(), critical: false);
    }
}
