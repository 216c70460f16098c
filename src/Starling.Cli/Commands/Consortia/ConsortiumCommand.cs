using System.Collections.Immutable;
using System.CommandLine;
using Starling.Api;
using Starling.Cli.Control;
using Starling.Cli.Control.Contexts;
using Starling.Cli.Terminal;
using Starling.Core.Configuration;
using Starling.Daemon.Joining;
using Starling.Node.Identity;
using Starling.Node.Transport;

namespace Starling.Cli.Commands.Consortia;

/// <summary>
/// <c>starling consortium</c>: sets the hosts of several organisations up, by one file each way, before there is any node to ask.
/// </summary>
internal static class ConsortiumCommand
{
    private static readonly Option<string> Folder =
        new("--folder") { Description = "The organisation's folder.", DefaultValueFactory = _ => "." };

    /// <summary>The command and those below it.</summary>
    public static Command Build() =>
        new("consortium", "Sets up the hosts of organisations that train together.") { BuildPrepare(), BuildFound(), BuildJoin() };

    private static ExampledCommand BuildPrepare()
    {
        var domain =
            new Option<string>("--trust-domain") { Description = "The organisation's name, such as clinic.example.", Required = true };
        var nodes = new Option<string[]>("--node")
        {
            Description =
                "A node and where the others reach it, NAME=HOST[:PORT]; may be repeated. On the first one's host the organisation's member of etcd runs.",
            Required = true
        };
        var command = new ExampledCommand(
            "prepare", "Makes an organisation: its authority, its admin, its nodes' identities, and the card that the others get.",
            "starling consortium prepare --trust-domain clinic.example --node node-1=10.0.0.1")
        { domain, nodes, Folder };
        return command.Does(parsed =>
        {
            var (card, file) =
                Own(parsed).Prepare(parsed.GetValue(domain)!, [.. parsed.GetValue(nodes)!.Select(NodeOf)], TimeProvider.System);
            parsed.Print(Report([card], file, null, null), CliJson.Default.ConsortiumReport, output => output.WriteLine(
                $"{card.TrustDomain} is made, with {Count(card.Nodes.Length, "node")}. Give {file} to the consortium's founder. Its authority is {card.Fingerprint}."));
        });
    }

    private static ExampledCommand BuildFound()
    {
        var runner = new Argument<string>("runner") { Description = "The name of the task runner that all nodes work for." };
        var cards =
            new Argument<string[]>("card") { Description = "The cards of the other organisations.", Arity = ArgumentArity.ZeroOrMore };
        var command = new ExampledCommand(
            "found",
            "Makes one consortium of organisations: the file that the others get, this organisation's nodes, and a context for its admin.",
            "starling consortium found lab clinic-b.card clinic-c.card")
        { runner, cards, Folder };
        return command.Does(parsed =>
        {
            var (own, name) = (Own(parsed), ControlSession.ContractNamed(parsed.GetValue(runner)!));
            var mine = own.ReadCard();
            var consortium = new Consortium(
                name, WholeFile.Read(own.Admin.CertificatePath, "the admin's certificate"),
                [mine, .. parsed.GetValue(cards)!.Select(OrganisationCard.ReadFile)]);
            if (consortium.Objection() is { } objection)
                throw new CommandException(ExitCode.Usage, $"the cards {objection}; give the card of each other organisation once.");
            var context = new ControlContext(
                name.Value, mine.Nodes[0].Address.ToString(), mine.Nodes[0].Id.Value, Path.GetFullPath(own.Admin.CertificatePath),
                Path.GetFullPath(own.Admin.KeyPath),
                [Path.GetFullPath(own.AdminAnchors)],
                new SortedDictionary<string, string>(StringComparer.Ordinal) { [ControlContext.Runner] = name.Value });
            var (file, files) = (Path.Combine(parsed.GetValue(Folder)!, name.Value + Consortium.Extension), ImmutableArray<string>.Empty);
            ContextFile.Change(ContextFile.Folder, book =>
            {
                // A name that is taken is told before there are files.
                var with = book.With(context);
                files = own.SetUp(consortium);
                WholeFile.Write(file, consortium.Write());
                return with.Switch(name.Value);
            });
            Tell(parsed, consortium, file, files,
                $"Give {file} to the others ('starling consortium join'). Commands talk to {mine.Nodes[0].Id} from now on, as its admin.");
        });
    }

    private static ExampledCommand BuildJoin()
    {
        var file = new Argument<string>("file") { Description = "What the founder made." };
        var command = new ExampledCommand("join", "Sets this organisation's nodes up for a consortium.",
            "starling consortium join lab.consortium") { file, Folder };
        return command.Does(parsed =>
        {
            var consortium = Consortium.ReadFile(parsed.GetValue(file)!);
            Tell(parsed, consortium, null, Own(parsed).SetUp(consortium), null);
        });
    }

    // Whom to trust is what people decide here, so it is said by what they can compare.
    private static void Tell(ParseResult parsed, Consortium consortium, string? file, ImmutableArray<string> files, string? next) =>
        parsed.Print(Report(consortium.Cards, file, consortium, files), CliJson.Default.ConsortiumReport, output =>
    {
        output.WriteLine($"{consortium.Runner} has {Count(consortium.Cards.Length, "organisation")} and {Count(consortium.Nodes.Count(), "node")}. Compare these fingerprints with the others by another way:");
        foreach (var card in consortium.Cards)
            output.WriteLine($"  {card.TrustDomain}  {card.Fingerprint}");
        output.WriteLine($"Start 'starling ledger start --config {files[0]}', and then 'starling node start --config FILE' with {string.Join(", ", files)}.");
        if (next is not null)
            output.WriteLine(next);
    });

    private static ConsortiumReport Report(ImmutableArray<OrganisationCard> cards, string? file, Consortium? consortium,
        ImmutableArray<string>? files) => new(
        file, consortium?.Runner.Value, [.. cards.Select(card => new ConsortiumReport.Organisation(card.TrustDomain, card.Fingerprint))],
        [.. cards.SelectMany(card => card.Nodes).Select(node => node.Id.Value)], files);

    private static string Count(int count, string what) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");

    private static OrganisationFolder Own(ParseResult parsed) => new(parsed.GetValue(Folder)!);

    private static (string Name, PeerAddress Address) NodeOf(string text) =>
        text.Split('=', 2) is [{ Length: > 0 } name, var place] && HostAndPort.TryParse(place) is { } at
            && PeerAddress.TryParse(at.ToString(), out var address)
            ? (name, address)
            : throw new CommandException(ExitCode.Usage,
                $"'{Mistake.Shorten(text)}' is no node; write NAME=HOST or NAME=HOST:PORT, as in node-1=10.0.0.1.");
}
