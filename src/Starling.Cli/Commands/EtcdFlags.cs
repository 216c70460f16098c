using System.CommandLine;
using Starling.Api;
using Starling.Cli.Terminal;
using Starling.Core.Identity;
using Starling.Ledgers.Etcd;

namespace Starling.Cli.Commands;

/// <summary>The options by which a command reaches a ledger in etcd.</summary>
internal sealed class EtcdFlags
{
    private readonly Option<string?> certificate = new("--certificate") { Description = "The certificate that is shown to etcd, PEM." };
    private readonly Option<string?> key = new("--key") { Description = "Its private key, PEM." };
    private readonly Option<string[]> anchors = new("--anchor") { Description = "An authority that members' certificates lead to, PEM; may be repeated." };

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
            throw new CommandException(ExitCode.Usage, $"--certificate, --key and 1 to {X509Certifier.MaxCertificates} times --anchor belong together; give them all.");
        return new EtcdIdentityFiles(Path.GetFullPath(given.Certificate), Path.GetFullPath(given.Key), [.. given.Anchors.Select(Path.GetFullPath)]);
    }

    /// <summary>How a ledger is reached whose members are written with commas between them.</summary>
    /// <exception cref="CommandException">Something is no address, or an identity is missing.</exception>
    public EtcdOptions Options(ParseResult parsed, string members, string prefix)
    {
        var endpoints = members.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(text => EtcdEndpoint.TryParse(text, out var endpoint)
            ? endpoint
            : throw new CommandException(ExitCode.Usage, $"'{text}' is no address of a member of etcd; {EtcdEndpoint.Form}."));
        var options = new EtcdOptions { Endpoints = [.. endpoints], Identity = Identity(parsed), Prefix = prefix };
        var problems = string.Join(' ', options.Problems());
        return problems.Length == 0 ? options : throw new CommandException(ExitCode.Usage, problems);
    }
}
