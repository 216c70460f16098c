using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Starling.Cli.Control;
using Starling.Cli.Terminal;
using Starling.Core.Identity;

namespace Starling.Cli.LedgerMembers;

/// <summary>Whom a member of etcd believes: what it reads when it starts, so a change of it starts it again.</summary>
/// <param name="Anchors">The authorities, in PEM, one after the other.</param>
/// <param name="Revoked">The serial numbers of revoked certificates, in hexadecimal digits with commas between them.</param>
internal sealed record MemberTrust(string Anchors, string Revoked)
{
    /// <summary>What the files hold now.</summary>
    /// <exception cref="CommandException">One of them cannot be read, as while it is written.</exception>
    public static MemberTrust Read(MemberPlan plan)
    {
        var anchors = (plan.Identity?.Anchors ?? []).SelectMany(file => CertificateFiles.Read(file)).ToList();
        var authorities = anchors.Select(der => CertificateDocument.Read(der)).OfType<CertificateDocument>().ToList();
        var serials = plan.Revocations.SelectMany(file => CertificateFiles.Revocations(file))
            .Where(list => authorities.Exists(list.SignedBy))
            .SelectMany(list => list.Serials).Distinct().Order(StringComparer.Ordinal);
        return new MemberTrust(
            string.Concat(anchors.Select(der => PemEncoding.WriteString("CERTIFICATE", der.AsSpan()) + "\n")), string.Join(',', serials));
    }

    /// <summary>Writes both as etcd takes them.</summary>
    public void Write(MemberPlan plan)
    {
        File.WriteAllText(plan.Anchors, Anchors);
        if (plan.Revocations.Count == 0)
            return;
        // etcd takes one list, compares serial numbers alone, and looks at no signature: whose lists count is judged above.
        var list = new CertificateRevocationListBuilder();
        foreach (var serial in Revoked.Split(',', StringSplitOptions.RemoveEmptyEntries))
            list.AddEntry(Convert.FromHexString(serial));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = DateTimeOffset.UtcNow;
        var der = list.Build(new X500DistinguishedName($"CN={plan.Own.Name}"), X509SignatureGenerator.CreateForECDsa(key), 1,
            now.AddYears(10), HashAlgorithmName.SHA256, X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier([0]), now);
        File.WriteAllText(plan.Revoked, PemEncoding.WriteString("X509 CRL", der) + "\n");
    }
}
