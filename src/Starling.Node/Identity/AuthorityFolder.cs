using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Starling.Core.Identity;
using PublicKey = Starling.Core.Identity.PublicKey;

namespace Starling.Node.Identity;

/// <summary>
/// A certificate authority as files: its certificate and key, a copy of each certificate that it issued, and the list
/// of those that it revoked. What changes them is done by one process at a time, on what is there by then.
/// </summary>
public sealed class AuthorityFolder : IDisposable
{
    /// <summary>The authority's certificate: what others trust.</summary>
    public const string CertificateFile = "authority.pem";

    /// <summary>The list of revoked certificates, for every node's <c>identity.revocations</c>.</summary>
    public const string RevocationsFile = "revoked.pem";

    private const string KeyFile = "authority.key", LockFile = "authority.lock";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly string folder;
    private readonly TimeProvider clock;
    private CertificateAuthority authority;

    private AuthorityFolder(string folder, TimeProvider clock, CertificateAuthority authority)
    {
        this.folder = folder;
        this.clock = clock;
        this.authority = authority;
    }

    /// <summary>The trust domain.</summary>
    public string TrustDomain => authority.TrustDomain;

    /// <summary>The authority's certificate.</summary>
    public string CertificatePath => Path.Combine(folder, CertificateFile);

    /// <summary>The list of revoked certificates.</summary>
    public string RevocationsPath => Path.Combine(folder, RevocationsFile);

    private string Issued => Path.Combine(folder, "issued");

    /// <summary>Makes an authority.</summary>
    /// <exception cref="IdentityException">There is one already, the name cannot be a trust domain's, or a file
    /// cannot be written.</exception>
    public static AuthorityFolder Create(string folder, string trustDomain, TimeProvider clock)
    {
        var authority = CertificateAuthority.Create(trustDomain, clock);
        using var alone = Lock(folder);
        if (File.Exists(Path.Combine(folder, KeyFile)) || File.Exists(Path.Combine(folder, CertificateFile)))
            throw new IdentityException(
                $"{folder} has an authority already, and it is not replaced; name another folder, or renew it with 'starling ca rotate'.");
        var made = new AuthorityFolder(folder, clock, authority);
        made.authority.Save(made.CertificatePath, Path.Combine(folder, KeyFile));
        return made;
    }

    /// <summary>Opens an authority.</summary>
    /// <exception cref="IdentityException">A file is missing or cannot be read, or they do not fit.</exception>
    public static AuthorityFolder Open(string folder, TimeProvider clock) =>
        new(folder, clock, Load(folder));

    /// <summary>Issues a certificate for a key, or for a new key if there is none yet, and keeps a copy.</summary>
    /// <param name="node">Who the holder is.</param>
    /// <param name="roles">What it is there for.</param>
    /// <param name="key">The holder's key, of which the public half suffices; null to make one.</param>
    /// <param name="validity">How long it is valid; null for as long as is usual.</param>
    /// <param name="output">Where certificate and key, if one is made, are written.</param>
    /// <param name="hosts">Host names and IP addresses that a member of etcd is reached at; null for all others.</param>
    /// <exception cref="IdentityException">It cannot be issued so, the key was revoked, or a file cannot be written.</exception>
    public CertificateDocument Issue(NodeId node, Roles roles, ECDsa? key, TimeSpan? validity, NodeFolder output,
        IReadOnlyList<string>? hosts = null)
    {
        using var alone = Enter();
        if (key is not null)
            DemandUnrevoked(new PublicKey(key.ExportSubjectPublicKeyInfo()), Copies());
        ImmutableArray<byte> certificate;
        if (key is null)
        {
            using var keys = authority.Issue(node, roles, clock, validity, hosts);
            certificate = keys.Chain[0];
            Keep(certificate);
            keys.Save(output.CertificatePath, output.KeyPath);
        }
        else
        {
            certificate = authority.Certify(key, node, roles, clock, validity, hosts);
            Keep(certificate);
            WholeFile.Write(output.CertificatePath, PemCertificates.Text([certificate]));
        }

        if (!File.Exists(output.AnchorPath))
            WholeFile.Write(output.AnchorPath, PemCertificates.Text([authority.Anchor]));
        return CertificateDocument.Read(certificate)!;
    }

    /// <summary>
    /// Issues a certificate like the one in a folder: for the same holder, roles, hosts and, unless a new one is wanted, key.
    /// </summary>
    /// <param name="identity">The folder; its certificate is replaced, and its key only if a new one is made.</param>
    /// <param name="newKey">Makes a new key. Whoever knew the holder by its key, as the ledger does, no longer does.</param>
    /// <param name="validity">How long it is valid; null for as long as is usual.</param>
    /// <exception cref="IdentityException">A file is missing, the certificate names no node, or none of this trust domain, or it or
    /// another one of the same key was revoked, and no new key is wanted.</exception>
    public CertificateDocument Renew(NodeFolder identity, bool newKey, TimeSpan? validity)
    {
        var certificate = PemCertificates.Read(identity.CertificatePath)[0];
        var old = CertificateDocument.Read(certificate)!;
        if (old.Node is not { } node)
            throw new IdentityException($"{identity.CertificatePath} names no node, so it cannot be renewed here; ask whoever made it.");
        if (!newKey)
            DemandUnrevoked(old.Key, [old]);
        using var key = newKey ? null : ECDsa.Create();
        key?.ImportSubjectPublicKeyInfo(old.Key.Bytes, out _);
        return Issue(node, old.Roles, key, validity, identity, PemCertificates.Hosts(certificate));
    }

    /// <summary>A certificate by its file, or one that was issued here by its serial number.</summary>
    /// <exception cref="IdentityException">There is no such one.</exception>
    public ImmutableArray<byte> Find(string fileOrSerial)
    {
        var copy = Path.Combine(Issued, $"{fileOrSerial.ToLowerInvariant()}.pem");
        return PemCertificates.Read(
            !fileOrSerial.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal) && File.Exists(copy) ? copy : fileOrSerial)[0];
    }

    /// <summary>
    /// Revokes a certificate from now on, for good, and with it all that were issued here for the same key: whoever
    /// has the key has those, too.
    /// </summary>
    /// <returns>How many certificates the list names.</returns>
    /// <exception cref="IdentityException">It is another authority's, or the list cannot be read or written.</exception>
    public int Revoke(ImmutableArray<byte> certificate)
    {
        var document = CertificateDocument.Read(certificate)!;
        using var alone = Enter();
        var own = Directory.EnumerateFiles(folder, "authority*.pem").SelectMany(file => PemCertificates.Read(file))
            .Select(CertificateDocument.Read);
        if (!own.Any(each => each!.Signed(document)))
            throw new IdentityException(
                $"The certificate was not issued by the authority in {folder}; only its own authority can revoke it.");
        // The list names no keys: by its copy the key is known when another certificate is wanted for it.
        Keep(certificate);
        return Write([.. Copies().Where(copy => copy.Key.Equals(document.Key)).Select(copy => copy.Serial)]);
    }

    /// <summary>
    /// Renews the authority's own certificate: under its key, so that nobody needs to learn of it in a hurry, or under a new key.
    /// </summary>
    /// <param name="newKey">Makes a new key; the old certificate and key stay beside the new ones under the day's name.</param>
    /// <returns>The old certificate's file if the key was replaced: until its last certificate has been renewed, everybody
    /// must trust both.</returns>
    public string? Rotate(bool newKey)
    {
        using var alone = Enter();
        var key = Path.Combine(folder, KeyFile);
        if (!newKey)
        {
            Replace(authority.Renew(clock));
            authority.Save(CertificatePath, key);
            return null;
        }

        var day = clock.GetUtcNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        var (oldCertificate, oldKey) =
            (Path.Combine(folder, $"authority-until-{day}.pem"), Path.Combine(folder, $"authority-until-{day}.key"));
        authority.Save(oldCertificate, oldKey);
        Replace(CertificateAuthority.Create(TrustDomain, clock));
        authority.Save(CertificatePath, key);
        if (File.Exists(RevocationsPath))
            Write([]);
        return oldCertificate;
    }

    /// <inheritdoc/>
    public void Dispose() => authority.Dispose();

    private static CertificateAuthority Load(string folder) =>
        CertificateAuthority.Load(Path.Combine(folder, CertificateFile), Path.Combine(folder, KeyFile));

    /// <summary>Waits until no other process changes the folder, and keeps others from it until disposed.</summary>
    private static FileStream Lock(string folder)
    {
        var (began, spin) = (TimeProvider.System.GetTimestamp(), default(SpinWait));
        try
        {
            Directory.CreateDirectory(folder);
            while (true)
                try
                {
                    return new FileStream(Path.Combine(folder, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                }
                catch (IOException taken) when (IsTaken(taken))
                {
                    if (TimeProvider.System.GetElapsedTime(began) > Patience)
                        throw new IdentityException($"Another command changes the authority in {folder}; try again when it has ended.", taken);
                    spin.SpinOnce(sleep1Threshold: 0);
                }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IdentityException(
                $"Cannot change the authority in {folder} ({e.Message.TrimEnd('.')}); check the folder, its rights and its disk.", e);
        }
    }

    // ERROR_SHARING_VIOLATION, and EWOULDBLOCK of Linux and macOS.
    private static bool IsTaken(IOException fault) =>
        OperatingSystem.IsWindows() ? (fault.HResult & 0xFFFF) == 32 : fault.HResult is 11 or 35;

    /// <summary>Locks the folder, and takes what is there by now: another command may have replaced the key.</summary>
    private FileStream Enter()
    {
        var alone = Lock(folder);
        try
        {
            Replace(Load(folder));
            return alone;
        }
        catch
        {
            alone.Dispose();
            throw;
        }
    }

    private IEnumerable<CertificateDocument> Copies() => Directory.Exists(Issued)
        ? Directory.EnumerateFiles(Issued, "*.pem").Select(file => CertificateDocument.Read(PemCertificates.Read(file)[0])!) : [];

    // Whoever else has the key of a revoked certificate would be believed again by a new one.
    private void DemandUnrevoked(PublicKey key, IEnumerable<CertificateDocument> known)
    {
        if (!File.Exists(RevocationsPath))
            return;
        var lists = PemRevocations.Read(RevocationsPath);
        if (known.Where(each => each.Key.Equals(key)).SelectMany(each => lists.Select(list => list.Since(each)))
            .FirstOrDefault(since => since is not null) is { } since)
            throw new IdentityException(string.Create(CultureInfo.InvariantCulture,
                $"A certificate of this key was revoked at {since:yyyy-MM-dd HH:mm}Z, and whoever else has the key would be believed again by a new one. Have a new key made: 'starling ca rotate --node --new-key', or 'starling ca request' on its host."));
    }

    /// <summary>Writes the list of revoked certificates anew, under the authority's key of now.</summary>
    /// <param name="serials">Further certificates that it names.</param>
    /// <returns>How many certificates it names.</returns>
    private int Write(ImmutableArray<string> serials)
    {
        BigInteger number = 0;
        var list = new CertificateRevocationListBuilder();
        if (File.Exists(RevocationsPath))
        {
            PemRevocations.Read(RevocationsPath); // Ours, whole and bounded; the platform's reader is laxer.
            list = CertificateRevocationListBuilder.LoadPem(WholeFile.Read(RevocationsPath, "revoked certificates"), out number);
        }

        foreach (var serial in serials.Select(Convert.FromHexString))
        {
            list.RemoveEntry(serial);
            list.AddEntry(serial, clock.GetUtcNow());
        }

        WholeFile.Write(RevocationsPath, authority.Sign(list, number + 1, clock));
        return PemRevocations.Read(RevocationsPath)[0].Count;
    }

    private void Replace(CertificateAuthority by)
    {
        authority.Dispose();
        authority = by;
    }

    // Before it is given away: what was issued can be revoked, also when its holder has vanished with it.
    private void Keep(ImmutableArray<byte> certificate) =>
        WholeFile.Write(Path.Combine(Issued, $"{CertificateDocument.Read(certificate)!.Serial}.pem"), PemCertificates.Text([certificate]));
}
