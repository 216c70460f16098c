using Starling.Daemon.Configuration;

namespace Starling.Daemon.Backups;

/// <summary>What the files of an identity are called in a backup, wherever they lie on a host.</summary>
internal static class BackupIdentity
{
    /// <summary>Each file with its name in an archive.</summary>
    public static IEnumerable<(string Path, string Name)> Names(NodeConfiguration node)
    {
        var (certificate, key) = (node.Identity.Certificate, node.Identity.Key);
        yield return (certificate, "certificate.pem");
        yield return (key, "private.key");
        // In this order ever since: archives are older than who restores them.
        foreach (var (number, path) in node.IdentityPaths.Where(path => path != certificate && path != key).Index())
            yield return (path, $"further-{number}.pem");
    }
}
