using System.CommandLine;
using System.Globalization;
using Starling.Api;
using Starling.Cli.LedgerMembers;
using Starling.Cli.Terminal;
using Starling.Core.Configuration;
using Starling.Ledgers.Etcd;

namespace Starling.Cli.Commands;

/// <summary>
/// <c>starling ledger members</c>, <c>add-member</c> and <c>remove-member</c>: the members of a ledger's etcd, for organisations
/// that come later or leave.
/// </summary>
internal static class LedgerMembersCommand
{
    /// <summary><c>starling ledger members</c>.</summary>
    public static Command BuildList() =>
        Does(new ExampledCommand("members", "Lists the members of the etcd that a ledger is in.",
            "starling ledger members --config node-1/node.yaml"), async (members, parsed, cancellation) =>
    {
        var listed = await members.ListAsync(cancellation).ConfigureAwait(false);
        var lines = listed
            .Select(member =>
                new MemberListing(member.Name.Length == 0 ? null : member.Name, Hexadecimal(member.Id), member.PeerUrls, member.ClientUrls))
                .ToArray();
        parsed.Print(lines, CliJson.Default.MemberListingArray, output =>
        {
            var table = new TextTable("member", "id", "members reach it at", "clients reach it at");
            foreach (var line in lines)
                table.Add(line.Name ?? "not started yet", line.Id, string.Join(' ', line.Peers), string.Join(' ', line.Clients));
            table.Write(output);
        });
    });

    /// <summary><c>starling ledger add-member</c>.</summary>
    public static Command BuildAdd()
    {
        var member = new Argument<string>("member")
        {
            Description = "The new member, NAME=HOST or NAME=HOST:PORT; the port is that for other members, 2380 unless given."
        };
        var command = new ExampledCommand(
            "add-member", "Tells the etcd that a ledger is in of one more member, and prints how it is started on its host.",
            "starling ledger add-member d.example=10.0.0.4 --config node-1/node.yaml") { member };
        return Does(command, async (members, parsed, cancellation) =>
        {
            var added = MemberAddress.Parse(parsed.GetValue(member)!);
            var before = await members.ListAsync(cancellation).ConfigureAwait(false);
            var isSecured = before.Any(each => each.PeerUrls.Any(url => url.StartsWith("https:", StringComparison.Ordinal)));
            var at = MemberAddress.Url(isSecured ? "https" : "http", added.Host, added.Port);
            if (before.FirstOrDefault(each => each.Name == added.Name || (each.Name.Length > 0 && each.PeerUrls.Contains(at))) is { } there)
                throw new CommandException(ExitCode.Usage,
                    $"{there.Name} is a member already, at {string.Join(' ', there.PeerUrls)}; to replace it, take it out first by 'starling ledger remove-member {there.Name}'.");
            if (before.FirstOrDefault(each => each.Name.Length == 0 && !each.PeerUrls.Contains(at)) is { } waiting)
                throw new CommandException(ExitCode.Usage,
                    $"a member at {string.Join(' ', waiting.PeerUrls)} was added and has not been started; start it, or take it out by 'starling ledger remove-member {Hexadecimal(waiting.Id)}'.");
            if (before.All(each => each.Name.Length > 0))
                await members.AddAsync(at, cancellation).ConfigureAwait(false);
            var all = before.Where(each => each.Name.Length > 0)
                .Select(each => MemberAddress.Of(each.Name, each.PeerUrls.FirstOrDefault() ?? "")).OfType<MemberAddress>().Append(added)
                .ToList();
            var change = new MemberChange(added.Name, all.Count, (all.Count / 2) + 1, string.Join(',', all));
            parsed.Print(change, CliJson.Default.MemberChange, output =>
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{added.Name} is one of {change.Members} members, of which {change.Majority} must be up. Start it now, on {added.Host}:"));
                output.WriteLine($"  starling ledger start --name {added.Name} --existing --join {change.Join}{(isSecured ? " --certificate FILE --key FILE --anchor FILE ..." : "")}");
            });
        });
    }

    /// <summary><c>starling ledger remove-member</c>.</summary>
    public static Command BuildRemove()
    {
        var member = new Argument<string>("member") { Description = "The member's name, or its id." };
        var yes = new Option<bool>("--yes") { Description = "Do not ask." };
        var command = new ExampledCommand("remove-member", "Takes a member out of the etcd that a ledger is in, for good.",
            "starling ledger remove-member d.example --config node-1/node.yaml") { member, yes };
        return Does(command, async (members, parsed, cancellation) =>
        {
            var named = parsed.GetValue(member)!;
            var before = await members.ListAsync(cancellation).ConfigureAwait(false);
            var gone = before.FirstOrDefault(each => each.Name == named || Hexadecimal(each.Id) == named)
                ?? throw new CommandException(ExitCode.Usage,
                    UnknownName.Sentence("member", named, before.Select(each => each.Name.Length == 0 ? Hexadecimal(each.Id) : each.Name),
                        "starling ledger members"));
            if (before.Count == 1)
                throw new CommandException(ExitCode.Usage, $"{named} is the only member, and the ledger would be gone with it.");
            Confirmation.Ask($"{named} is taken out for good, and what it holds is of no use from then on.", parsed.GetValue(yes));
            await members.RemoveAsync(gone.Id, cancellation).ConfigureAwait(false);
            var change = new MemberChange(named, before.Count - 1, ((before.Count - 1) / 2) + 1);
            parsed.Print(change, CliJson.Default.MemberChange, output => output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{named} is out. Of {change.Members} members {change.Majority} must be up. Its data can be removed, and its address taken out of 'ledger.endpoints'.")));
        });
    }

    private static Command Does(Command command, Func<EtcdMembership, ParseResult, CancellationToken, Task> action)
    {
        var flags = new EtcdFlags();
        flags.AddTo(command);
        command.Add(CommandOutput.Json);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var members = EtcdMembership.Open(flags.Options(parsed)
                ?? throw new CommandException(ExitCode.Usage, "Name a node.yaml by --config, or the members by --etcd."));
            await action(members, parsed, cancellation).ConfigureAwait(false);
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static string Hexadecimal(ulong id) => id.ToString("x", CultureInfo.InvariantCulture);
}
