using System.Collections.Immutable;
using Starling.Core.Identity;

namespace Starling.Node.Identity;

/// <summary>Lists of revoked certificates in PEM files (RFC 7468, section 6).</summary>
public static class PemRevocations
{
    private const string Label = "X509 CRL";
    private const int MaxLists = 16;

    /// <summary>Reads all lists of a file: one at least. By whom they are signed is not looked at.</summary>
    /// <exception cref="IdentityException">The file is missing, is not whole, holds none or too many, or one that cannot be read.
    /// </exception>
    public static ImmutableArray<RevocationList> Read(string path)
    {
        var lists = ImmutableArray.CreateBuilder<RevocationList>();
        foreach (var der in PemCertificates.Blocks(WholeFile.Read(path, "revoked certificates"), Label, path))
            lists.Add(RevocationList.Read(der)
                ?? throw new IdentityException($"List {lists.Count + 1} of {path} cannot be used: it must be a whole X.509 version 2 list of at most {RevocationList.MaxEntries} certificates, signed with ECDSA."));
        return lists.Count is 0 or > MaxLists
            ? throw new IdentityException(
                $"{path} holds {lists.Count} lists of revoked certificates in PEM; 1 to {MaxLists} are expected. Name another file.")
            : lists.ToImmutable();
    }
}
