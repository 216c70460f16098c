using System.Globalization;
using Starling.Api.Checks;
using Starling.Core.Identity;
using Starling.Daemon.Configuration;

namespace Starling.Daemon.Checks;

/// <summary>
/// Whether others will believe the node: its chain, its roles, when things expire, what is revoked, and who may read its key.
/// </summary>
internal static class TrustCheck
{
    private const string Name = "trust";
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    public static IEnumerable<CheckResult> Examine(IdentityFiles files, DaemonIdentity identity, DateTimeOffset now)
    {
        var node = identity.Keys.Identity.Id;
        var certificate = CertificateDocument.Read(identity.Keys.Chain[0])!;
        if (identity.Credentials.Objection(now) is { } objection)
            yield return CheckResult.Fail(Name, objection.Sentence, DaemonIdentity.Remedy(objection.Reason));
        else if (new X509Certifier().Certify(identity.Credentials.Trust.Anchors, identity.Keys.Chain) is null)
            yield return CheckResult.Fail(Name, $"None of this host's anchors vouches for {node}.",
                "Add its own authority's certificate to 'identity.anchors', or the ones between to its certificate file.");
        else
            yield return CheckResult.Ok(Name, string.Create(CultureInfo.InvariantCulture,
                $"{node} is vouched for by an anchor, until {identity.Credentials.Expires:yyyy-MM-dd HH:mm}Z; {identity.Credentials.Trust.Anchors.Length} authorities are trusted, {identity.Credentials.RevokedCount} certificates are revoked."));
        yield return Permissions.Allow(certificate.Roles, NodeAction.Connect)
            ? CheckResult.Ok(Name, $"Its roles are {RoleExtension.Text(certificate.Roles)}.")
            : CheckResult.Fail(Name,
                $"Its certificate gives it {RoleExtension.Text(certificate.Roles)}, with which no node may connect to peers.",
                "Have its authority issue one with the role learner or operator.");
        foreach (var warning in identity.Warnings(now))
            yield return CheckResult.Warn(Name, warning, "'starling ca rotate' renews certificates and authorities, 'starling ca issue' gives roles.");
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(files.Key) & Others) != 0)
            yield return CheckResult.Warn(Name, $"Others than its owner may read or write {files.Key}.", $"chmod 600 {files.Key}");
    }
}
