using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using Starling.Api;
using Starling.Cli.Terminal;
using Starling.Core.Identity;

namespace Starling.Cli.Control;

/// <summary>Reads PEM files with certificates.</summary>
internal static class CertificateFiles
{
    private const int MaxBytes = 1 << 20;

    /// <summary>All certificates of a file as DER, in order: one at least.</summary>
    /// <exception cref="CommandException">It is missing, or holds none that can be used.</exception>
    public static ImmutableArray<ImmutableArray<byte>> Read(string file)
    {
        var chain = Blocks(file, "CERTIFICATE") ?? throw Unusable(file);
        return chain.Length is > 0 and <= X509Certifier.MaxCertificates && chain.All(der => CertificateDocument.Read(der) is not null)
            ? chain
            : throw Unusable(file);
    }

    /// <summary>All lists of revoked certificates of a file: one at least. By whom they are signed is not looked at.</summary>
    /// <exception cref="CommandException">It is missing, or holds none that can be used.</exception>
    public static IEnumerable<RevocationList> Revocations(string file)
    {
        var lists = Blocks(file, "X509 CRL")?.Select(RevocationList.Read).ToList() ?? [];
        return lists.Count > 0 && !lists.Contains(null)
            ? lists.OfType<RevocationList>()
            : throw new CommandException(ExitCode.Identity,
                $"{file} is missing, or holds no lists of revoked certificates in PEM that can be used; name another file.");
    }

    // Null if it is missing or too large.
    private static ImmutableArray<ImmutableArray<byte>>? Blocks(string file, string label)
    {
        try
        {
            return new FileInfo(file) is not { Exists: true, Length: <= MaxBytes }
                ? null
                : PemText.Blocks(File.ReadAllText(file), label) ?? throw new CommandException(ExitCode.Identity, PemText.NotWhole(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The authorities of several files, for TLS.</summary>
    /// <exception cref="CommandException">One is missing, or holds none that can be used.</exception>
    public static X509Certificate2Collection Anchors(IEnumerable<string> files) =>
        [.. files.SelectMany(file => Read(file)).Select(der => X509CertificateLoader.LoadCertificate(der.AsSpan()))];

    /// <summary>Whom a file's first certificate speaks of, as a member.</summary>
    /// <exception cref="CommandException">It speaks of nobody.</exception>
    public static Core.Contracts.Enrolment Enrolment(string file)
    {
        var chain = Read(file);
        return CertificateDocument.Read(chain[0])?.Node is { } node
            ? new Core.Contracts.Enrolment(node, LeaderEligible: true, chain)
            : throw new CommandException(ExitCode.Identity,
                $"{file} names no node; its one URI must be spiffe://trust-domain/organisation/node.");
    }

    private static CommandException Unusable(string file) => new(
        ExitCode.Identity,
        $"{file} is missing, or holds no certificates in PEM that can be used (X.509 version 3 on the curve P-256 or P-384, up to {X509Certifier.MaxCertificates}); name another file.");
}
