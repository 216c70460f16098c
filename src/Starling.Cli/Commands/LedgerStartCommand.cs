using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Starling.Api;
using Starling.Cli.LedgerMembers;
using Starling.Cli.Terminal;
using Starling.Core.Configuration;
using Starling.Daemon.Configuration;
using Starling.Ledgers.Etcd;

namespace Starling.Cli.Commands;

/// <summary><c>starling ledger start</c>: runs this organisation's member of the etcd that a ledger is in.</summary>
internal static class LedgerStartCommand
{
    private const int DefaultClientPort = 2379;

    /// <summary>The command.</summary>
    public static Command Build()
    {
        var config = new Option<string?>("--config")
        {
            Description = "The node.yaml of the node beside it: its ledger.member stands for --name, --join, --folder and the certificates."
        };
        var name = new Option<string?>("--name") { Description = "This member's name, one of those in --join." };
        var join = new Option<string?>("--join")
        {
            Description = "All members, this one too: NAME=HOST[:PORT],... The port is that for other members, 2380 unless given."
        };
        var folder = new Option<string?>("--folder") { Description = "Where it keeps its data; ledger/NAME unless given." };
        var listen = new Option<string?>("--listen") { Description = "The IP address that it listens on; its host's unless given." };
        var port = new Option<int>("--client-port") { Description = "The port for clients.", DefaultValueFactory = _ => DefaultClientPort };
        var existing = new Option<bool>("--existing")
        {
            Description = "The cluster is there already, and was told of this member by 'starling ledger add-member'."
        };
        var program = new Option<string?>("--etcd") { Description = "The etcd program; that on the path unless given." };
        var parent = new Option<bool>("--parent-stdin")
        {
            Description = "Stop when standard input ends: for whoever starts members and may be killed."
        };
        var revocations = new Option<string[]>("--revocations")
        {
            Description = "A list of revoked certificates, PEM, that are refused as clients and members; may be repeated."
        };
        var json = new Option<bool>("--json") { Description = "Print JSON, an object a line." };
        var flags = new EtcdFlags();
        var start = new ExampledCommand(
            "start", "Runs this organisation's member of the etcd that a ledger is in, until it is stopped.",
            "starling ledger start --name a --join a=10.0.0.1,b=10.0.1.1,c=10.0.2.1 --certificate ledger.pem --key ledger.key --anchor a.pem --anchor b.pem --anchor c.pem",
            "starling ledger start --config node.yaml",
            "starling ledger start --name a --join a=127.0.0.1    # a ledger on this host alone, without certificates")
        {
            config, name, join, folder, listen, port, existing, program, parent, revocations, json,
        };
        flags.AddIdentity(start);
        start.SetAction(async (parsed, cancellation) =>
        {
            var beside = parsed.GetValue(config) is { } file ? Configured(file) : null;
            var (own, members) = Members(
                parsed.GetValue(name) ?? beside?.Name ?? throw Missing("--name"),
                parsed.GetValue(join) ?? (beside is null ? throw Missing("--join") : string.Join(',', beside.Join)));
            var identity = flags.Identity(parsed) ?? beside?.Identity;
            if (identity is null && members.FirstOrDefault(member => !member.IsLoopback) is { } remote)
                throw new CommandException(ExitCode.Usage,
                    $"{remote.Host} is another host: there members need --certificate, --key and --anchor, so that nobody else can speak for them.");
            if (parsed.GetValue(port) is < 1 or > ushort.MaxValue)
                throw new CommandException(ExitCode.Usage, $"--client-port must be 1 to {ushort.MaxValue}.");
            var plan = new MemberPlan(
                Program(parsed.GetValue(program)), own, members,
                Path.GetFullPath(parsed.GetValue(folder) ?? beside?.Folder ?? Path.Combine("ledger", own.Name)),
                await AddressAsync(parsed.GetValue(listen) ?? own.Host, cancellation).ConfigureAwait(false), parsed.GetValue(port),
                parsed.GetValue(existing), identity,
                [.. (parsed.GetValue(revocations) ?? []).Select(Path.GetFullPath), .. beside?.Revocations ?? []]);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            if (parsed.GetValue(parent))
                ParentInput.Follow(stop);
            await new MemberSupervisor(plan, Teller(parsed.GetValue(json))).RunAsync(stop.Token).ConfigureAwait(false);
            return (int)ExitCode.Done;
        });
        return start;
    }

    private static LedgerMember Configured(string file) => NodeConfigurationReader.ReadFile(file).Ledger.Member
        ?? throw new CommandException(ExitCode.Configuration,
            $"{file} names no member of etcd under ledger.member; the one of its organisation runs beside another node, or name it by --name and --join.");

    private static CommandException Missing(string option) =>
        new(ExitCode.Usage, $"{option} is missing; give it, or the node.yaml of the node beside the member by --config.");

    private static (MemberAddress Own, MemberAddress[] Members) Members(string name, string join)
    {
        var members =
            join.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(MemberAddress.Parse).ToArray();
        if (members.Length > EtcdOptions.MaxEndpoints || members.DistinctBy(member => member.Name).Count() != members.Length)
            throw new CommandException(ExitCode.Usage, $"--join names a member twice, or more than {EtcdOptions.MaxEndpoints}; 3 or 5 are usual.");
        return (members.FirstOrDefault(member => member.Name == name)
            ?? throw new CommandException(ExitCode.Usage,
                $"'{name}' is not among the members of --join; add {name}=HOST there, the same on every host."), members);
    }

    private static string Program(string? given) => given is not null && !File.Exists(given)
        ? throw new CommandException(ExitCode.Configuration, $"There is no {given}; name the etcd program.")
        : given ?? MemberProcess.Find("etcd") ?? throw new CommandException(
            ExitCode.Configuration, "etcd is not installed; install it with 'apt-get install etcd-server', or name the program by --etcd.");

    // etcd listens on addresses only.
    private static async Task<string> AddressAsync(string host, CancellationToken cancellation)
    {
        try
        {
            return IPAddress.TryParse(host, out var address)
                ? address.ToString()
                : (await Dns.GetHostAddressesAsync(host, cancellation).ConfigureAwait(false))[0].ToString();
        }
        catch (SocketException e)
        {
            throw new CommandException(ExitCode.Usage, $"{host} has no address here ({e.Message}); name the one to listen on by --listen.",
                e);
        }
    }

    private static Action<MemberNews> Teller(bool isJson) => news =>
    {
        lock (Console.Out)
            Console.Out.WriteLine(isJson
                ? JsonSerializer.Serialize(news, CliJson.Default.MemberNews)
                : $"member {news.Member} {ShownText.Line(news.Detail)}{(news.Process is { } process && news.State == MemberState.Starting ? $" (process {process})" : "")}");
    };
}
