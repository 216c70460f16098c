using System.CommandLine;
using Starling.Api;
using Starling.Cli.Terminal;
using Starling.Core.Identity;
using Starling.Daemon.Configuration;
using Starling.Ledgers.Etcd;

namespace Starling.Cli.Commands;

/// <summary>The options by which a command reaches a ledger in etcd.</summary>
internal sealed class EtcdFlags
{
    private readonly Option<string?> certificate = new("--certificate") { Description = "The certificate that is shown to etcd, PEM." };
    private readonly Option<string?> key = new("--key") { Description = "Its private key, PEM." };
    private readonly Option<string[]> anchors =
        new("--anchor") { Description = "An authority that members' certificates lead to, PEM; may be repeated." };

    private readonly Option<string?> etcd =
        new("--etcd") { Description = "A ledger in etcd: its members' addresses, with commas between them." };
    private readonly Option<string?> config =
        new("--config") { Description = "The node.yaml of a node that uses it, in place of --etcd and the certificates." };
    private readonly Option<string> prefix = new("--prefix")
    {
        Description = "What the ledger's keys in etcd begin with.",
        DefaultValueFactory = _ => EtcdOptions.DefaultPrefix
    };

    /// <summary>Adds the options by which a ledger in etcd is reached to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[etcd, config, prefix])
            command.Add(option);
        AddIdentity(command);
    }

    /// <summary>Adds the options of an identity to a command.</summary>
    public void AddIdentity(Command command)
    {
        foreach (var option in (Option[])[certificate, key, anchors])
            command.Add(option);
    }

    /// <summary>The identity that was given, or null.</summary>
    /// <exception cref="CommandException">Only a part of it was given.</exception>
    public EtcdIdentityFiles? Identity(ParseResult parsed)
    {
        var given = (Certificate: parsed.GetValue(certificate), Key: parsed.GetValue(key), Anchors: parsed.GetValue(anchors) ?? []);
        if (given is (null, null, []))
            return null;
        if (given.Certificate is null || given.Key is null || given.Anchors.Length is 0 or > X509Certifier.MaxCertificates)
            throw new CommandException(ExitCode.Usage,
                $"--certificate, --key and 1 to {X509Certifier.MaxCertificates} times --anchor belong together; give them all.");
        return new EtcdIdentityFiles(Path.GetFullPath(given.Certificate), Path.GetFullPath(given.Key),
            [.. given.Anchors.Select(Path.GetFullPath)]);
    }

    /// <summary>How the ledger in etcd is reached that the command line names; null if it names none.</summary>
    /// <exception cref="CommandException">Something is no address, an identity is missing, or there are two ways.</exception>
    /// <exception cref="Core.Configuration.ConfigurationException">The <c>node.yaml</c> has mistakes.</exception>
    public EtcdOptions? Options(ParseResult parsed) => (parsed.GetValue(etcd), parsed.GetValue(config)) switch
    {
        ({ } members, null) => Options(parsed, members),
        (null, { } file) when Identity(parsed) is null => NodeConfigurationReader.ReadFile(file).Ledger.Etcd
            ?? throw new CommandException(ExitCode.Configuration,
                $"The ledger of {file} is not in etcd; name another file, or its members by --etcd."),
        (null, null) => null,
        _ => throw new CommandException(ExitCode.Usage,
            "--config says where the ledger is and who you are; leave --etcd and the certificates out."),
    };

    private EtcdOptions Options(ParseResult parsed, string members)
    {
        var endpoints = members.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(text => EtcdEndpoint.TryParse(text, out var endpoint)
            ? endpoint
            : throw new CommandException(ExitCode.Usage, $"'{text}' is no address of a member of etcd; {EtcdEndpoint.Form}."));
        var options = new EtcdOptions { Endpoints = [.. endpoints], Identity = Identity(parsed), Prefix = parsed.GetValue(prefix)! };
        var problems = string.Join(' ', options.Problems());
        return problems.Length == 0 ? options : throw new CommandException(ExitCode.Usage, problems);
    }
}
