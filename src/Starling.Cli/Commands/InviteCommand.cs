using System.CommandLine;
using Starling.Api;
using Starling.Cli.Commands.Nodes;
using Starling.Cli.Control.Contexts;
using Starling.Cli.Terminal;
using Starling.Core.Identity;
using Starling.Daemon.Joining;
using Starling.Node.Identity;

namespace Starling.Cli.Commands;

/// <summary><c>starling invite</c>: makes the one file by which another host becomes a node.</summary>
internal static class InviteCommand
{
    /// <summary>The command.</summary>
    public static Command Build()
    {
        var node = new Argument<string>("node") { Description = "The new node's name within its organisation." };
        var authority = new Option<string>("--authority") { Description = "The folder of its organisation's authority.", Required = true };
        var organisation = new Option<string>("--organisation") { Description = "Its organisation.", Required = true };
        var roles = CaCommand.RoleOption("it");
        var from = new Option<string>("--from")
        {
            Description = "The node.yaml of a node that takes part: contract, ledger and peers are taken from it.",
            Required = true
        };
        var address = new Option<string[]>("--address")
        {
            Description =
                "Where that node is reached from the new host, HOST or HOST:PORT, the best first; the port is 30304 unless given; what its node.yaml says under 'advertise' unless given."
        };
        var request = new Option<string?>("--request") { Description = "The request that 'starling ca request' made on the new host." };
        var withKey =
            new Option<bool>("--with-key") { Description = "Make the key here and put it into the file, which is then a secret." };
        var output = new Option<string>("--out") { Description = "The file to write.", Required = true };
        var command = new ExampledCommand(
            "invite", "Makes the file by which another host joins.",
            "starling invite node-2 --authority ca --organisation clinic --role learner operator --from node.yaml --address 10.0.0.1:30304 --request request.pem --out node-2.invite")
        { node, authority, organisation, roles, from, address, request, withKey, output };
        return command.Does(parsed =>
        {
            if (parsed.GetValue(request) is null != parsed.GetValue(withKey))
                throw new CommandException(ExitCode.Usage, "give either --request, so that the key stays on its host, or --with-key.");
            using var issuer = AuthorityFolder.Open(parsed.GetValue(authority)!, TimeProvider.System);
            var id = CaCommand.Id(issuer, parsed.GetValue(organisation)!, parsed.GetValue(node)!);
            var invitation = Make(issuer, id, CaCommand.Parse(parsed.GetValue(roles)!), parsed.GetValue(request),
                parsed.GetValue(from)!, parsed.GetValue(address) ?? []);
            if (invitation.Key is null)
                WholeFile.Write(parsed.GetValue(output)!, invitation.Write());
            else
                WholeFile.WriteSecret(parsed.GetValue(output)!, invitation.Write());
            parsed.Print(new SetUpReport(parsed.GetValue(output)!, id.Value, Secret: invitation.Key is not null),
                CliJson.Default.SetUpReport, text => text.WriteLine(invitation.Key is null
                ? $"{parsed.GetValue(output)} invites {id}; it holds no secret."
                : $"{parsed.GetValue(output)} invites {id}, and holds its private key: whoever reads it is that node. Delete it when the host has joined."));
        });
    }

    private static Invitation Make(AuthorityFolder issuer, NodeId id, Roles roles, string? request, string from, string[] addresses)
    {
        var inviter = new Inviter(from);
        if ((inviter.Node.Identity.Needed & ~roles) is not Roles.None and var missing)
            throw new CommandException(ExitCode.Usage,
                $"what {from} names takes the role {RoleExtension.Text(missing)}; name it after --role too.");
        string[] reached = addresses is []
            ? [.. inviter.Node.Reached.Select(each => each.ToString())]
            : [.. addresses.Select(text => HostAndPort.Parse(text).ToString())];
        if (reached is [])
            throw new CommandException(ExitCode.Usage,
                $"{from} does not say where that node is reached: it listens on every address of its host. Give --address, or write 'advertise' there.");
        using var key = request is null ? null : SigningRequest.Read(request);
        return inviter.Invite(id, roles, key, issuer, reached);
    }
}
