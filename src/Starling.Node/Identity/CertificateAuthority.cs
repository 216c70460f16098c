using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Net;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Starling.Core.Identity;

namespace Starling.Node.Identity;

/// <summary>
/// The authority of a trust domain: a key on P-256 and a certificate that it signed itself. It issues nodes' certificates.
/// </summary>
public sealed class CertificateAuthority : IDisposable
{
    /// <summary>How long an authority's certificate is valid.</summary>
    public static readonly TimeSpan Validity = TimeSpan.FromDays(3650);

    /// <summary>How long a node's certificate is valid, unless told otherwise.</summary>
    public static readonly TimeSpan NodeValidity = TimeSpan.FromDays(730);

    // A certificate with more names than readers take is of no use.
    private const int MaxHosts = 16;

    // Clocks of organisations differ; a certificate that is not valid yet is a riddle to whoever receives it.
    private static readonly TimeSpan Backdated = TimeSpan.FromHours(24);
    private readonly X509Certificate2 certificate;

    private CertificateAuthority(X509Certificate2 certificate, string trustDomain)
    {
        this.certificate = certificate;
        TrustDomain = trustDomain;
    }

    /// <summary>The trust domain.</summary>
    public string TrustDomain { get; }

    /// <summary>The authority's certificate, DER: a trust anchor.</summary>
    public ImmutableArray<byte> Anchor => [.. certificate.RawDataMemory.Span];

    /// <summary>Makes a trust domain.</summary>
    /// <exception cref="IdentityException">The name cannot be a trust domain's.</exception>
    public static CertificateAuthority Create(string trustDomain, TimeProvider clock)
    {
        if (!NodeId.TryParse($"spiffe://{trustDomain}/x/y", out _))
            throw new IdentityException(
                $"'{trustDomain}' cannot name a trust domain; use a-z, 0-9, '-', '.' and '_', as in consortium.example.");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Create(trustDomain, key, clock);
    }

    /// <summary>
    /// A new certificate for the same key: whoever trusts the old one believes what is issued under the new one, and the other way round.
    /// </summary>
    public CertificateAuthority Renew(TimeProvider clock)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        return Create(TrustDomain, key, clock);
    }

    /// <summary>Signs a list of revoked certificates.</summary>
    /// <param name="list">What it names.</param>
    /// <param name="number">Its number, larger than that of the list before.</param>
    /// <param name="clock">Tells when it was made.</param>
    /// <returns>The list in PEM.</returns>
    internal string Sign(CertificateRevocationListBuilder list, BigInteger number, TimeProvider clock)
    {
        // Nodes read lists from files, and have no way to ask for the next one: none is promised before the authority itself ends.
        var der = list.Build(certificate, number, certificate.NotAfter, HashAlgorithmName.SHA256, null, clock.GetUtcNow());
        return new string(PemEncoding.Write("X509 CRL", der)) + "\n";
    }

    private static CertificateAuthority Create(string trustDomain, ECDsa key, TimeProvider clock)
    {
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName($"Starling authority of {trustDomain}"[..Math.Min(64, 22 + trustDomain.Length)]);
        var request = new CertificateRequest(name.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        request.CertificateExtensions.Add(Name($"spiffe://{trustDomain}"));
        var now = clock.GetUtcNow();
        return new CertificateAuthority(request.CreateSelfSigned(now - Backdated, now + Validity), trustDomain);
    }

    /// <summary>Reads PEM files.</summary>
    /// <exception cref="IdentityException">A file is missing or cannot be read, the two do not fit, or the certificate is
    /// no authority's.</exception>
    public static CertificateAuthority Load(string certificatePath, string keyPath)
    {
        var der = PemCertificates.Read(certificatePath)[0];
        if (CertificateDocument.Read(der) is not { IsAuthority: true, TrustDomain: { } trustDomain })
            throw new IdentityException($"{certificatePath} is no authority of a trust domain; make one with 'starling ca init'.");
        var text = WholeFile.Read(keyPath, "the authority's private key");
        try
        {
            using var bare = X509CertificateLoader.LoadCertificate(der.AsSpan());
            using var key = ECDsa.Create();
            key.ImportFromPem(text);
            return new CertificateAuthority(bare.CopyWithPrivateKey(key), trustDomain);
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            throw new IdentityException(
                $"{keyPath} is not the private key of {certificatePath}; name the two files that were made together.", e);
        }
    }

    /// <summary>Writes PEM files, each whole or not at all; only the owner may read the key.</summary>
    /// <exception cref="IdentityException">A file cannot be written.</exception>
    public void Save(string certificatePath, string keyPath)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        WholeFile.WriteSecret(keyPath, key.ExportPkcs8PrivateKeyPem() + "\n");
        WholeFile.Write(certificatePath, PemCertificates.Text([Anchor]));
    }

    /// <summary>Makes a key for a node and certifies it.</summary>
    /// <param name="node">Who it is; of this trust domain.</param>
    /// <param name="roles">What it is there for; at least one.</param>
    /// <param name="clock">The certificate is valid from 24 hours before now.</param>
    /// <param name="validity">How long it is valid; <see cref="NodeValidity"/> if null, and never longer than the authority's own.</param>
    /// <param name="hosts"> Host names and IP addresses at which it is reached, or null. Starling itself asks for the identity; a member of
    /// etcd is asked for its host.
    /// </param>
    /// <exception cref="IdentityException">The node belongs to another trust domain, or a host is none.</exception>
    public NodeKeys Issue(NodeId node, Roles roles, TimeProvider clock, TimeSpan? validity = null, IReadOnlyList<string>? hosts = null)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return NodeKeys.Create(key, [Certify(key, node, roles, clock, validity, hosts)]);
    }

    /// <summary>Certifies a key that exists: of a host that keeps it to itself, or of a node whose certificate is renewed.</summary>
    /// <returns>The certificate, DER.</returns>
    /// <inheritdoc cref="Issue"/>
    public ImmutableArray<byte> Certify(ECDsa key, NodeId node, Roles roles, TimeProvider clock, TimeSpan? validity = null,
        IReadOnlyList<string>? hosts = null)
    {
        if (node.TrustDomain != TrustDomain)
            throw new IdentityException($"{node} does not belong to the trust domain {TrustDomain}; issue it by its own authority.");
        if (roles == Roles.None)
            throw new IdentityException(
                $"{node} needs a role, or every other node refuses it; give it one or more of {string.Join(", ", RoleExtension.Words)}.");
        hosts ??= [];
        if (hosts.Count > MaxHosts)
            throw new IdentityException($"A certificate names at most {MaxHosts} hosts, not {hosts.Count}; issue several.");
        var name = new X500DistinguishedNameBuilder();
        name.AddOrganizationName(Shorten(node.Organisation));
        name.AddCommonName(Shorten(node.Name));
        var request = new CertificateRequest(name.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(certificate, true, false));
        request.CertificateExtensions.Add(Name(node.Value, hosts));
        request.CertificateExtensions.Add(new X509Extension(RoleExtension.Oid, RoleExtension.Encode(roles), critical: false));
        var now = clock.GetUtcNow();
        DateTimeOffset first = certificate.NotBefore, last = certificate.NotAfter;
        var from = now - Backdated < first ? first : now - Backdated;
        var to = now + (validity ?? NodeValidity) > last ? last : now + (validity ?? NodeValidity);
        using var issued = request.Create(certificate, from, to, SerialNumber());
        return [.. issued.RawDataMemory.Span];
    }

    /// <inheritdoc/>
    public void Dispose() => certificate.Dispose();

    // Written by hand: Uri would change what it is given, by a slash at the end or in its case.
    private static X509Extension Name(string uri, params IReadOnlyList<string> hosts)
    {
        var names = new AsnWriter(AsnEncodingRules.DER);
        using (names.PushSequence())
        {
            names.WriteCharacterString(UniversalTagNumber.IA5String, uri, new Asn1Tag(TagClass.ContextSpecific, 6));
            foreach (var host in hosts)
                if (IPAddress.TryParse(host, out var address))
                    names.WriteOctetString(address.GetAddressBytes(), new Asn1Tag(TagClass.ContextSpecific, 7));
                else if (Uri.CheckHostName(host) == UriHostNameType.Dns && host.All(char.IsAscii))
                    names.WriteCharacterString(UniversalTagNumber.IA5String, host, new Asn1Tag(TagClass.ContextSpecific, 2));
                else
                    throw new IdentityException(
                        $"'{host}' is neither a host name nor an IP address; write it as in ledger.example.org or 10.0.0.1.");
        }

        return new X509Extension("2.5.29.17", names.Encode(), critical: false);
    }

    // X.520 bounds both names to 64 characters; the identity itself stands in the subject alternative name.
    private static string Shorten(string name) => name.Length <= 64 ? name : name[..64];

    private static byte[] SerialNumber()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x3f) | 0x40); // positive, and of the same length always
        return serial;
    }
}
