using System.CommandLine;
using Starling.Api;
using Starling.Cli.Control;
using Starling.Cli.Control.Contexts;
using Starling.Cli.Terminal;
using Starling.Core.Configuration;
using Starling.Core.Identity;

namespace Starling.Cli.Commands.Contexts;

/// <summary><c>starling context</c>: whom commands talk to, and as whom.</summary>
internal static class ContextCommand
{
    private static readonly Argument<string> Name = new("name") { Description = "The context." };
    private static readonly Argument<string?> OptionalName =
        new("name") { Description = "The context; the active one unless given.", Arity = ArgumentArity.ZeroOrOne };

    /// <summary>The command and those below it.</summary>
    public static Command Build() => new("context", "Says whom commands talk to, and as whom.")
    {
        BuildCreate(),
        Build(new ExampledCommand("switch", "Makes another context the active one.", "starling context switch clinic") { Name }, parsed =>
        {
            var book = ContextFile.Change(ContextFile.Folder, known => known.Switch(parsed.GetValue(Name)!));
            parsed.Print(book.Find(null), CliJson.Default.ControlContext,
                output => output.WriteLine($"{book.Active} is the active context"));
        }),
        Build(new ExampledCommand("list", "Lists the contexts; a star marks the active one.", "starling context list"),
            parsed => List(ContextFile.Read(ContextFile.Folder), parsed)),
        Build(new ExampledCommand("show", "Shows a context.", "starling context show",
            "starling context show clinic --json") { OptionalName }, parsed => Show(
            ContextFile.Read(ContextFile.Folder).Find(parsed.GetValue(OptionalName)), parsed)),
        Build(new ExampledCommand("remove", "Forgets a context. Its files stay.", "starling context remove clinic") { Name }, parsed =>
        {
            var book = ContextFile.Change(ContextFile.Folder, known => known.Without(parsed.GetValue(Name)!));
            parsed.Print(book, CliJson.Default.ContextBook, output => output.WriteLine(book.Active is null
                ? $"{parsed.GetValue(Name)} is forgotten; no context is left"
                : $"{parsed.GetValue(Name)} is forgotten; {book.Active} is the active context"));
        }),
        ContextEnvironmentCommand.Build(),
    };

    internal static Command Build(Command command, Action<ParseResult> action)
    {
        command.Add(CommandOutput.Json);
        command.SetAction(action);
        return command;
    }

    private static Command BuildCreate()
    {
        var address =
            new Option<string?>("--address") { Description = "Where the node is reached, host:port; the port is 30304 unless given." };
        var service = new Option<string?>("--service")
        {
            Description = "The same by the name of a service, host:port; the port is 443 unless given."
        };
        var certificate = new Option<string>("--certificate") { Description = "Your certificate, PEM.", Required = true };
        var key = new Option<string>("--key") { Description = "Your private key, PEM.", Required = true };
        var anchors = new Option<string[]>("--anchors")
        {
            Description = "Certificates of the authorities that you trust, PEM.",
            Required = true,
            AllowMultipleArgumentsPerToken = true
        };
        var node = new Option<string?>("--node")
        {
            Description = "The SPIFFE ID that the node must show; any node that an anchor vouches for unless given."
        };
        var create = new ExampledCommand(
            "create", "Adds a context. The first one is the active one.",
            "starling context create clinic --address node.clinic.example:30304 --certificate admin.pem --key admin.key --anchors clinic-ca.pem")
        {
            Name, address, service, certificate, key, anchors, node,
        };
        return Build(create, parsed =>
        {
            var context = Check(new ControlContext(
                parsed.GetValue(Name)!, Address(parsed.GetValue(address), parsed.GetValue(service)), parsed.GetValue(node),
                Path.GetFullPath(parsed.GetValue(certificate)!),
                Path.GetFullPath(parsed.GetValue(key)!), [.. parsed.GetValue(anchors)!.Select(Path.GetFullPath)],
                new SortedDictionary<string, string>(StringComparer.Ordinal)));
            var book = ContextFile.Change(ContextFile.Folder, known => known.With(context));
            parsed.Print(context, CliJson.Default.ControlContext,
                output =>
                    output.WriteLine(
                        $"{context.Name} talks to {context.Address}{(book.Active == context.Name ? "; it is the active context" : "")}"));
        });
    }

    // What is wrong with the files shows here, not with the first command that uses them.
    private static ControlContext Check(ControlContext context)
    {
        ControlSession.ContractNamed(context.Name);
        if (context.Node is not null && !NodeId.TryParse(context.Node, out _))
            throw new CommandException(ExitCode.Usage,
                $"'{Mistake.Shorten(context.Node)}' is no identity; write spiffe://trust-domain/organisation/node.");
        ControlSession.Open(context).Dispose();
        return context;
    }

    private static string Address(string? address, string? service)
    {
        if (address is null == service is null)
            throw new CommandException(ExitCode.Usage, "a context needs either --address or --service.");
        return (address is null ? HostAndPort.Parse(service!, HostAndPort.ServicePort) : HostAndPort.Parse(address)).ToString();
    }

    private static void List(ContextBook book, ParseResult parsed) => parsed.Print(book, CliJson.Default.ContextBook, output =>
    {
        var table = new TextTable("", "context", "address", "as", "node");
        foreach (var context in book.Contexts)
            table.Add(context.Name == book.Active ? "*" : "", context.Name, context.Address, Path.GetFileName(context.Certificate),
                context.Node ?? "any");
        table.Write(output);
    });

    private static void Show(ControlContext context, ParseResult parsed) => parsed.Print(context, CliJson.Default.ControlContext, output =>
    {
        output.WriteLine($"{context.Name}: {context.Address}");
        output.WriteLine($"  node         {context.Node ?? "any that an anchor vouches for"}");
        output.WriteLine($"  certificate  {context.Certificate}");
        output.WriteLine($"  key          {context.Key}");
        output.WriteLine($"  anchors      {string.Join(", ", context.Anchors)}");
        foreach (var (name, value) in context.Environment)
            output.WriteLine($"  env          {name}={value}");
    });
}
