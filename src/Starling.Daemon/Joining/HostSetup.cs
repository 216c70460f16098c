using System.Collections.Immutable;
using Starling.Api;
using Starling.Core.Configuration;
using Starling.Core.Identity;
using Starling.Daemon.Configuration;
using Starling.Daemon.Folders;
using Starling.Learning.Experiments;
using Starling.Node.Identity;
using static Starling.Core.Configuration.ConfigurationTree;

namespace Starling.Daemon.Joining;

/// <summary>
/// Makes a host a node by an invitation: its folder, identity and <c>node.yaml</c>. They are checked whole before
/// the first of them is there.
/// </summary>
/// <param name="folder">The node's folder.</param>
/// <param name="listen">Where the node listens, <c>address:port</c>.</param>
public sealed class HostSetup(string folder, string listen)
{
    private const string IdentityFolder = "identity", LedgerAnchorsFile = "ledger-authority.pem";

    /// <summary>The file that the node is started with.</summary>
    public string NodeFilePath => Path.Combine(folder, NodeFile.Name);

    /// <summary>Sets the host up.</summary>
    /// <returns>What the node will be told.</returns>
    /// <exception cref="DaemonException">There is a node already, or what the invitation says does not fit together.</exception>
    /// <exception cref="ConfigurationException">Its settings have mistakes.</exception>
    public NodeConfiguration Join(Invitation invitation)
    {
        if (File.Exists(NodeFilePath))
            throw new DaemonException(ExitCode.Configuration, $"{folder} is a node's already; name another folder.");
        var (own, draft) = (new NodeFolder(Path.Combine(folder, IdentityFolder)), Path.Combine(folder, ".joining"));
        try
        {
            Write(new NodeFolder(Path.Combine(draft, IdentityFolder)), draft, invitation, KeyOf(invitation, own));
            var configuration = NodeConfigurationReader.ReadFile(Path.Combine(draft, NodeFile.Name));
            Check(invitation, DaemonIdentity.Load(configuration.Identity, null));
            Directory.CreateDirectory(own.Path);
            foreach (var file in Directory.EnumerateFiles(Path.Combine(draft, IdentityFolder)))
                File.Move(file, Path.Combine(own.Path, Path.GetFileName(file)), overwrite: true);
            DataFolder.Make(Path.Combine(folder, DataFolder.Name));
            File.Move(Path.Combine(draft, NodeFile.Name), NodeFilePath);
            return NodeConfigurationReader.ReadFile(NodeFilePath);
        }
        catch (IdentityException e)
        {
            throw new DaemonException(ExitCode.Identity, e.Message, e);
        }
        finally
        {
            if (Directory.Exists(draft))
                Directory.Delete(draft, recursive: true);
        }
    }

    private static string KeyOf(Invitation invitation, NodeFolder own)
    {
        if (invitation.Key is not null && File.Exists(own.KeyPath))
            throw new DaemonException(ExitCode.Identity,
                $"The invitation brings a key, and there is one in {own.KeyPath} already, which is not replaced; name another folder.");
        return invitation.Key ?? (File.Exists(own.KeyPath)
            ? WholeFile.Read(own.KeyPath, "the private key")
            : throw new DaemonException(ExitCode.Identity,
                $"The invitation brings no key, and there is none in {own.KeyPath}: make it there with 'starling ca request --out {own.Path}', and have an invitation made for that request."));
    }

    private void Write(NodeFolder identity, string draft, Invitation invitation, string key)
    {
        WholeFile.WriteSecret(identity.KeyPath, key);
        WholeFile.Write(identity.CertificatePath, invitation.Certificate);
        var anchors = ImmutableArray.CreateBuilder<ConfigurationNode>();
        foreach (var (number, text) in AnchorBundle.Files(invitation.Anchors, "The invitation").Index())
        {
            var path = number == 0 ? identity.AnchorPath : Path.Combine(identity.Path, $"authority-{number + 1}.pem");
            WholeFile.Write(path, text);
            anchors.Add(InFolder(path));
        }

        var files = Section(
            ("certificate", InFolder(identity.CertificatePath)), ("key", InFolder(identity.KeyPath)), ("anchors", List(anchors)));
        if (invitation.Revocations is { } revocations)
        {
            WholeFile.Write(Path.Combine(identity.Path, AuthorityFolder.RevocationsFile), revocations);
            files = files.With("revocations", List(InFolder(AuthorityFolder.RevocationsFile)));
        }

        var settings = invitation.Settings;
        if (invitation.LedgerAnchors is { } members)
        {
            WholeFile.Write(Path.Combine(identity.Path, LedgerAnchorsFile), members);
            if (settings.Find("ledger")?.Value is ConfigurationSection ledger)
                settings = settings.With("ledger", ledger.With("anchors", List(InFolder(LedgerAnchorsFile))));
        }

        var own = Section(("folder", Text(DataFolder.Name)), ("listen", Text(listen)), ("identity", files));
        var root = own with { Entries = [.. own.Entries, .. settings.Entries] };
        WholeFile.Write(Path.Combine(draft, NodeFile.Name), YamlTreeWriter.Write(new ConfigurationTree(NodeFile.Name, root)));
    }

    private static ConfigurationText InFolder(string file) => Text(Path.Combine(IdentityFolder, Path.GetFileName(file)));

    private static void Check(Invitation invitation, DaemonIdentity identity)
    {
        using var keys = identity.Keys;
        if (keys.Identity.Id != invitation.Node)
            throw new IdentityException(
                $"The invitation is for {invitation.Node}, and its certificate for {keys.Identity.Id}; ask for another one.");
        if (new X509Certifier().Certify([.. identity.Credentials.Trust.Anchors], keys.Chain) is null)
            throw new IdentityException($"None of the authorities in the invitation vouches for {invitation.Node}; ask for another one, with its own authority among them.");
        if (CertificateDocument.Read(keys.Chain[0])!.Roles == Roles.None)
            throw new IdentityException($"The certificate in the invitation gives {invitation.Node} no role; ask for another one.");
        if (identity.Missing != Roles.None)
            throw new IdentityException($"The certificate in the invitation does not give {invitation.Node} the role {RoleExtension.Text(identity.Missing)}, which what it is invited to takes; ask for another one ('starling invite ... --role').");
        if (identity.Credentials.Objection(TimeProvider.System.GetUtcNow()) is { } objection)
            throw new IdentityException(objection.Sentence);
    }
}
