using System.CommandLine;
using System.Globalization;
using Starling.Api;
using Starling.Cli.Terminal;
using Starling.Core.Configuration;
using Starling.Core.Identity;
using Starling.Node.Identity;

namespace Starling.Cli.Commands;

/// <summary>
/// <c>starling ca</c>: makes authorities, and what nodes need of them. It works on files alone, before there is any node to ask.
/// </summary>
internal static class CaCommand
{
    private static readonly TimeSpan LongestValidity = CertificateAuthority.Validity;

    /// <summary>The command and those below it.</summary>
    public static Command Build() =>
        new("ca",
            "Makes authorities, and issues, renews and revokes certificates.") { Init(), Request(), Issue(), Bundle(), Rotate(), Revoke() };

    private static ExampledCommand Init()
    {
        var folder = Folder();
        var domain = new Option<string>("--trust-domain")
        {
            Description = "The name that the authority speaks for, such as clinic.example; each organisation has its own.",
            Required = true
        };
        var command = new ExampledCommand("init", "Makes the authority of a trust domain.",
            "starling ca init ca --trust-domain clinic.example") { folder, domain };
        return command.Does(parsed =>
        {
            using var made = AuthorityFolder.Create(parsed.GetValue(folder)!, parsed.GetValue(domain)!, TimeProvider.System);
            Print(parsed, new AuthorityReport(made.CertificatePath, [made.TrustDomain]),
                $"The authority of {made.TrustDomain} is in {parsed.GetValue(folder)}. Give {made.CertificatePath} to all who shall trust it; its key, beside it, to nobody.");
        });
    }

    private static ExampledCommand Request()
    {
        var folder = new Option<string>("--out") { Description = "The folder for key and request.", Required = true };
        var command = new ExampledCommand("request", "Makes a key on the host that will use it, and a request for its certificate.",
            "starling ca request --out identity") { folder };
        return command.Does(parsed =>
        {
            var made = new NodeFolder(parsed.GetValue(folder)!);
            SigningRequest.Write(made.RequestPath, made.KeyPath);
            Print(parsed, new CertificateReport(null, null, null, null, made.RequestPath, made.KeyPath),
                $"Send {made.RequestPath} to your authority ('starling ca issue --request'). The key stays in {made.KeyPath}.");
        });
    }

    private static ExampledCommand Issue()
    {
        var (folder, node, days) =
            (Folder(), new Argument<string>("node") { Description = "The holder's name within its organisation." }, Days());
        var organisation = new Option<string>("--organisation") { Description = "The holder's organisation.", Required = true };
        var roles = RoleOption("the holder");
        var request =
            new Option<string?>("--request") { Description = "A request from the holder's host; a key is made here unless given." };
        var hosts = new Option<string[]>("--host")
        {
            Description = "Where a member of etcd is reached, a name or an IP address; may be repeated. Nodes need none.",
            DefaultValueFactory = _ => []
        };
        var output = new Option<string>("--out")
        {
            Description = "The folder for certificate, key and the authority's certificate.",
            Required = true
        };
        var command = new ExampledCommand(
            "issue", "Issues a certificate.",
            "starling ca issue ca node-1 --organisation clinic --role learner --role operator --out identity",
            "starling ca issue ca node-1 --organisation clinic --role learner operator --request request.pem --out identity",
            "starling ca issue ca ledger --organisation clinic --role ledger --host 10.0.0.1 --out ledger")
        { folder, node, organisation, roles, days, request, hosts, output };
        return command.Does(parsed =>
        {
            using var authority = AuthorityFolder.Open(parsed.GetValue(folder)!, TimeProvider.System);
            using var key = parsed.GetValue(request) is { } path ? SigningRequest.Read(path) : null;
            var target = new NodeFolder(parsed.GetValue(output)!);
            if (key is null && File.Exists(target.KeyPath))
                throw new CommandException(ExitCode.Identity,
                    $"there is a key in {target.KeyPath} already, and it is not replaced; name another folder, or renew its certificate with 'starling ca rotate --node'.");
            var id = Id(authority, parsed.GetValue(organisation)!, parsed.GetValue(node)!);
            var issued =
                authority.Issue(id, Parse(parsed.GetValue(roles)!), key, Validity(parsed.GetValue(days)), target, parsed.GetValue(hosts));
            Print(parsed, Report(issued, target, hasNewKey: key is null),
                $"{id} ({RoleExtension.Text(issued.Roles)}) has its certificate in {target.CertificatePath}, serial number {issued.Serial}.");
        });
    }

    private static ExampledCommand Bundle()
    {
        var files = new Argument<string[]>("file") { Description = "Certificates of authorities.", Arity = ArgumentArity.OneOrMore };
        var output = new Option<string>("--out") { Description = "The file to write.", Required = true };
        var command = new ExampledCommand("bundle", "Puts the certificates of several authorities into one file, after a look at each.",
            "starling ca bundle ours.pem theirs.pem --out anchors.pem") { files, output };
        return command.Does(parsed =>
        {
            var domains = AnchorBundle.Write(parsed.GetValue(files)!, parsed.GetValue(output)!, TimeProvider.System);
            Print(parsed, new AuthorityReport(parsed.GetValue(output)!, domains),
                string.Join(Environment.NewLine, domains.Select(domain => $"trusted for {domain}")));
        });
    }

    private static ExampledCommand Rotate()
    {
        var (folder, days) = (Folder(), Days());
        var node = new Option<string?>("--node")
        {
            Description = "The folder of the identity to renew; the authority's own certificate is renewed unless given."
        };
        var fresh = new Option<bool>("--new-key") { Description = "Make a new key as well." };
        var command = new ExampledCommand(
            "rotate", "Renews a certificate. A running node takes the new one by itself.", "starling ca rotate ca --node identity",
            "starling ca rotate ca   # the authority's own")
        { folder, node, days, fresh };
        return command.Does(parsed =>
        {
            using var authority = AuthorityFolder.Open(parsed.GetValue(folder)!, TimeProvider.System);
            if (parsed.GetValue(node) is { } path)
            {
                var renewed = authority.Renew(new NodeFolder(path), parsed.GetValue(fresh), Validity(parsed.GetValue(days)));
                Print(parsed, Report(renewed, new NodeFolder(path), parsed.GetValue(fresh)),
                    $"{renewed.Node} has a new certificate in {path}, serial number {renewed.Serial}."
                    + (parsed.GetValue(fresh)
                        ? $"{Environment.NewLine}Its key is new. Contracts that have enrolled the old one take nothing from this name under another key: there, give the node a new name, with a certificate for that and an empty folder, and have it enrolled." : ""));
            }
            else if (authority.Rotate(parsed.GetValue(fresh)) is { } old)
            {
                Print(parsed, new AuthorityReport(authority.CertificatePath, [authority.TrustDomain], old),
                    $"The authority has a new key. Give everybody {authority.CertificatePath} beside {old} ('starling ca bundle'), then renew each node's certificate; after that the old one can go.");
            }
            else
            {
                Print(parsed, new AuthorityReport(authority.CertificatePath, [authority.TrustDomain]),
                    $"The authority has a new certificate for its key. Give {authority.CertificatePath} to all who trust it before the old one expires.");
            }
        });
    }

    private static ExampledCommand Revoke()
    {
        var folder = Folder();
        var file = new Argument<string>("certificate") { Description = "The certificate's file, or its serial number." };
        var command = new ExampledCommand("revoke", "Revokes a certificate for good.", "starling ca revoke ca identity/certificate.pem",
            "starling ca revoke ca 4f00a1...") { folder, file };
        return command.Does(parsed =>
        {
            using var authority = AuthorityFolder.Open(parsed.GetValue(folder)!, TimeProvider.System);
            var count = authority.Revoke(authority.Find(parsed.GetValue(file)!));
            Print(parsed, new AuthorityReport(authority.RevocationsPath, [authority.TrustDomain], Revoked: count),
                $"{authority.RevocationsPath} names {count} revoked certificate{(count == 1 ? "" : "s")}. Give it to all who trust the authority: it counts where 'identity.revocations' names it.");
        });
    }

    private static Argument<string> Folder() => new("folder") { Description = "The authority's folder." };

    private static Option<int?> Days() =>
        new("--days")
        {
            Description =
                $"How many days the certificate is valid, 1 to {LongestValidity.TotalDays:0}; {CertificateAuthority.NodeValidity.TotalDays:0} unless given."
        };

    private static TimeSpan? Validity(int? days) => days is null or (> 0 and <= 3650)
        ? days is { } given ? TimeSpan.FromDays(given) : null
        : throw new CommandException(ExitCode.Usage,
            string.Create(CultureInfo.InvariantCulture, $"--days is {days}; it must be 1 to {LongestValidity.TotalDays:0}."));

    /// <summary>The option that says what a certificate is for.</summary>
    /// <param name="who">Whose it is.</param>
    internal static Option<string[]> RoleOption(string who) => new("--role")
    {
        Description = $"What {who} is there for, once or more: {string.Join(", ", RoleExtension.Words)}.",
        Required = true,
        AllowMultipleArgumentsPerToken = true
    };

    /// <summary>Whom an authority certifies.</summary>
    /// <exception cref="CommandException">Nobody can be called so.</exception>
    internal static NodeId Id(AuthorityFolder authority, string organisation, string name) =>
        NodeId.TryParse($"spiffe://{authority.TrustDomain}/{organisation}/{name}", out var id)
            ? id
            : throw new CommandException(ExitCode.Usage,
                "organisation and node may have a-z, A-Z, 0-9, '-', '.' and '_', and must not be '.' or '..'.");

    internal static Roles Parse(string[] words) => words.Aggregate(Roles.None, (roles, word) => RoleExtension.TryParse(word, out var role)
        ? roles | role
        : throw new CommandException(ExitCode.Usage, UnknownName.Sentence("role", word, RoleExtension.Words, command: null)));

    private static CertificateReport Report(CertificateDocument issued, NodeFolder folder, bool hasNewKey) => new(
        issued.Node?.Value,
        [.. RoleExtension.Words.Where(word => RoleExtension.TryParse(word, out var role) && issued.Roles.HasFlag(role))],
        folder.CertificatePath, issued.Serial,
        Key: hasNewKey ? folder.KeyPath : null);

    private static void Print(ParseResult parsed, AuthorityReport report, string sentence) =>
        parsed.Print(report, CliJson.Default.AuthorityReport, output => output.WriteLine(sentence));

    private static void Print(ParseResult parsed, CertificateReport report, string sentence) =>
        parsed.Print(report, CliJson.Default.CertificateReport, output => output.WriteLine(sentence));
}
