using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Starling.Api;
using Starling.Cli.Terminal;
using Starling.Ledgers.Etcd;

namespace Starling.Cli.LedgerMembers;

/// <summary>How a member of the etcd that a ledger is in is run.</summary>
/// <param name="Program">The etcd program.</param>
/// <param name="Own">This member.</param>
/// <param name="Members">All members that the cluster begins with, this one too; or, if it joins an existing one, all that
/// there are by then.</param>
/// <param name="Folder">Where it keeps its data, its log and the anchors that it is given.</param>
/// <param name="Listen">The IP address that it listens on.</param>
/// <param name="ClientPort">The port for clients.</param>
/// <param name="JoinsExisting">Whether the cluster is there already.</param>
/// <param name="Identity">Its certificate, for other members and for clients; null on loopback only.</param>
/// <param name="Revocations">Lists of revoked certificates, PEM.</param>
internal sealed record MemberPlan(
    string Program, MemberAddress Own, IReadOnlyList<MemberAddress> Members, string Folder, string Listen, int ClientPort,
    bool JoinsExisting, EtcdIdentityFiles? Identity, IReadOnlyList<string> Revocations)
{
    // The ledger only grows. etcd's own default is 2 GiB; it warns above 8.
    private const long QuotaBytes = 8L << 30;

    /// <summary>The address that clients reach it at.</summary>
    public string Endpoint => MemberAddress.Url(Scheme, Own.Host, ClientPort);

    /// <summary>The file that takes what etcd writes.</summary>
    public string Log => Path.Combine(Folder, "etcd.log");

    /// <summary>The file that the trusted authorities are joined in, since etcd takes one.</summary>
    public string Anchors => Path.Combine(Folder, "anchors.pem");

    /// <summary>The file that the lists of revoked certificates are joined in, since etcd takes one.</summary>
    public string Revoked => Path.Combine(Folder, "revoked.pem");

    /// <summary>Whether whom it believed last still lies there, as etcd takes it.</summary>
    public bool HasTrust => File.Exists(Anchors) && (Revocations.Count == 0 || File.Exists(Revoked));

    private string Scheme => Identity is null ? "http" : "https";

    /// <summary>What etcd is told.</summary>
    /// <exception cref="CommandException">The member's certificate cannot be read.</exception>
    public IEnumerable<string> Arguments()
    {
        var members =
            Members.OrderBy(member => member.Name, StringComparer.Ordinal).Select(member => $"{member.Name}={PeerUrl(member)}").ToList();
        IEnumerable<(string Name, string Value)> options =
        [
            ("name", Own.Name),
            ("data-dir", Path.Combine(Folder, "data")),
            ("listen-peer-urls", MemberAddress.Url(Scheme, Listen, Own.Port)),
            ("initial-advertise-peer-urls", PeerUrl(Own)),
            ("listen-client-urls", MemberAddress.Url(Scheme, Listen, ClientPort)),
            ("advertise-client-urls", Endpoint),
            ("initial-cluster", string.Join(',', members)),
            ("initial-cluster-state", JoinsExisting ? "existing" : "new"),
            ("initial-cluster-token", "starling"),
            ("quota-backend-bytes", QuotaBytes.ToString(CultureInfo.InvariantCulture)),
            ("auto-compaction-mode", "revision"),
            ("auto-compaction-retention", "10000"),
            ("experimental-initial-corrupt-check", "true"),
            // A member that hears nothing of the leader asks before it calls an election, so that one cut wire does not depose the
            // leader when it is mended.
            ("pre-vote", "true"),
            ("logger", "zap"),
            ("log-outputs", "stderr"),
            ("log-level", "warn"),
            .. Identity is null ? [] : Secured(Identity),
        ];
        return options.Select(option => $"--{option.Name}={option.Value}");
    }

    // Every node has a certificate of these authorities, and may be a client. Other members are those whose certificate has this one's
    // common name, which is the last part of its identity.
    private IEnumerable<(string Name, string Value)> Secured(EtcdIdentityFiles files)
    {
        using var certificate = Read(files.Certificate);
        return
        [
            ("cert-file", files.Certificate), ("key-file", files.Key), ("trusted-ca-file", Anchors), ("client-cert-auth", "true"),
            ("peer-cert-file", files.Certificate), ("peer-key-file", files.Key), ("peer-trusted-ca-file", Anchors),
            ("peer-client-cert-auth", "true"),
            ("peer-cert-allowed-cn", certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false)),
            .. Revocations.Count == 0 ? Array.Empty<(string, string)>() : [("client-crl-file", Revoked), ("peer-crl-file", Revoked)],
        ];
    }

    private static X509Certificate2 Read(string file)
    {
        try
        {
            return X509CertificateLoader.LoadCertificateFromFile(file);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Identity,
                $"{file} cannot be read as a certificate ({e.Message.TrimEnd('.')}); issue it with 'starling ca issue', or name another file.", e);
        }
    }

    private string PeerUrl(MemberAddress member) => MemberAddress.Url(Scheme, member.Host, member.Port);
}
