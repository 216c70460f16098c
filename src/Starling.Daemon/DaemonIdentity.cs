using Starling.Api;
using Starling.Daemon.Configuration;
using Starling.Node.Identity;
using Starling.Node.Transport;

namespace Starling.Daemon;

/// <summary>A node's keys and whom it trusts, read from its files.</summary>
/// <param name="Keys">Its keys.</param>
/// <param name="Credentials">What it shows to peers, and whom it believes.</param>
internal sealed record DaemonIdentity(NodeKeys Keys, PeerCredentials Credentials)
{
    /// <summary>Reads the files.</summary>
    /// <exception cref="DaemonException">One is missing or damaged, or they do not fit.</exception>
    public static DaemonIdentity Load(IdentityFiles files)
    {
        try
        {
            var keys = NodeKeys.Load(files.Certificate, files.Key);
            var anchors = files.Anchors.SelectMany(file => PemCertificates.Read(file)).ToList();
            using var certificate = keys.ToTlsCertificate();
            if (DateTime.Now > certificate.NotAfter)
                throw new DaemonException(ExitCode.Identity, $"{files.Certificate} has expired on {certificate.NotAfter:yyyy-MM-dd}; issue a new one with 'starling ca issue'.");
            return new DaemonIdentity(keys, new PeerCredentials(keys, anchors));
        }
        catch (Exception e) when (e is IdentityException or ArgumentException)
        {
            throw new DaemonException(ExitCode.Identity, e.Message, e);
        }
    }
}
