using Starling.Daemon.Configuration;

namespace Starling.Daemon.Backups;

/// <summary>What the files of an identity are called in a backup, wherever they lie on a host.</summary>
internal static class BackupIdentity
{
    /// <summary>Each file with its name in an archive.</summary>
    public static IEnumerable<(string Path, string Name)> Names(IdentityFiles files)
    {
        yield return (files.Certificate, "certificate.pem");
        yield return (files.Key, "private.key");
        foreach (var (number, path) in files.All.Where(path => path != files.Certificate && path != files.Key)
            .Distinct(StringComparer.Ordinal).Index())
            yield return (path, $"further-{number}.pem");
    }
}
