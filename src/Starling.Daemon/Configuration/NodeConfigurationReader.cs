using System.Collections.Immutable;
using System.Net;
using Starling.Core.Configuration;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Tasks;
using Starling.Learning.Experiments;
using Starling.Node.Executors;
using Starling.Node.Options;
using PeerAddress = Starling.Node.Transport.PeerAddress;
using PeerNetworkOptions = Starling.Node.Transport.PeerNetworkOptions;

namespace Starling.Daemon.Configuration;

/// <summary>Reads a <c>node.yaml</c>. All mistakes are reported at once; unknown names are mistakes.</summary>
public static class NodeConfigurationReader
{
    private const int MostPeers = 1024, MostAddresses = 16, MostRunners = 16;

    /// <summary>
    /// Reads a file; variables of the environment win over it, as <see cref="NodeOverrides"/> says. Relative paths
    /// start at the file's folder.
    /// </summary>
    /// <exception cref="ConfigurationException">Something is wrong; every mistake is listed, with where it was written.</exception>
    public static NodeConfiguration ReadFile(string path) => ReadFile(path, []);

    /// <summary>
    /// Reads a file; variables of the environment win over it, and what the command line sets over both. Relative paths
    /// start at the file's folder.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="assignments">What the command line sets, each <c>path=value</c>.</param>
    /// <exception cref="ConfigurationException">Something is wrong; every mistake is listed, with where it was written.</exception>
    public static NodeConfiguration ReadFile(string path, IReadOnlyCollection<string> assignments)
    {
        var (tree, mistakes) =
            NodeOverrides.Apply(YamlTreeReader.ReadFile(path, YamlBounds.Node), NodeOverrides.Environment(), assignments);
        return Read(tree, mistakes);
    }

    /// <summary>Reads a tree. Relative paths in it start at the folder of the file that it is named after.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="earlier">What was found wrong before.</param>
    /// <exception cref="ConfigurationException">Something is wrong; every mistake is listed.</exception>
    public static NodeConfiguration Read(ConfigurationTree tree, params ImmutableArray<Mistake> earlier)
    {
        var binder = new ConfigurationBinder(tree);
        var configuration = Bind(binder, Path.GetDirectoryName(Path.GetFullPath(tree.File)) ?? "/");
        var mistakes = earlier.AddRange(binder.Complete());
        return mistakes.IsEmpty ? configuration with { Settings = binder.Effective } : throw new ConfigurationException(mistakes);
    }

    internal static NodeConfiguration Bind(ConfigurationBinder binder, string start)
    {
        var root = binder.Root;
        var folder = PathOf(root, "folder", start);
        var identity = new IdentityReader(root.Section("identity"), path => Full(path, start)).Read();
        var contract = root.Has("contract") || !root.Has("runner") ? BindContract(root.Section("contract")) : null;
        var tasks = BindTasks(root);
        var node = new NodeConfiguration(
            folder,
            identity with { Needed = (contract is null ? Roles.None : Roles.Learner) | (tasks is null ? Roles.None : Roles.Operator) },
            BindListen(root),
            BindPeers(root),
            new LedgerReader(root.Section("ledger"), identity, path => Full(path, start)).Read(),
            contract,
            root.Has("program") ? BindProgram(root.Section("program"), start) : null,
            tasks,
            BindNetwork(root.Section("network")),
            BindAdmins(root))
        {
            Advertise = BindAddresses(root, "advertise", []),
        };
        string?[] shown = [node.Ledger.Etcd?.Identity?.Certificate, node.Ledger.Member?.Identity.Certificate];
        return node with { Identity = node.Identity with { OfLedger = [.. shown.OfType<string>()] } };
    }

    private static IPEndPoint BindListen(SectionBinder root)
    {
        var text = root.Text("listen", $"127.0.0.1:{Api.NodeClient.DefaultPort}");
        if (IPEndPoint.TryParse(text, out var listen) && listen.Port > 0)
            return listen;
        root.Fault("listen", "must be an IP address and a port from 1 to 65535, such as 127.0.0.1:30304 or [::]:30304");
        return new IPEndPoint(IPAddress.Loopback, Api.NodeClient.DefaultPort);
    }

    private static ImmutableArray<KnownPeer> BindPeers(SectionBinder root)
    {
        var peers = ImmutableArray.CreateBuilder<KnownPeer>();
        foreach (var section in root.Sections("peers", MostPeers))
        {
            var node = section.Node("node");
            var addresses = BindAddresses(section, "addresses", null);
            if (peers.Any(peer => peer.Node == node))
                section.Fault("node", "is listed before; put all its addresses into one entry");
            peers.Add(new KnownPeer(node, addresses));
        }

        return peers.ToImmutable();
    }

    private static ImmutableArray<PeerAddress> BindAddresses(SectionBinder section, string key, ImmutableArray<string>? fallback)
    {
        var addresses = ImmutableArray.CreateBuilder<PeerAddress>();
        foreach (var text in section.Texts(key, fallback, MostAddresses))
            if (PeerAddress.TryParse(text, out var address))
                addresses.Add(address);
            else
                section.Fault(key, $"has '{Mistake.Shorten(text)}', which is no address; write host:port or [IPv6 address]:port");
        return addresses.ToImmutable();
    }

    private static ContractReference BindContract(SectionBinder section)
    {
        var text = section.Text("id", null, ContractId.MaxLength);
        if (!ContractId.TryParse(text, out var contract) && text.Length > 0)
            section.Fault("id", $"must be up to {ContractId.MaxLength} of a-z, 0-9, '-', '.' and '_', and begin with a letter or digit");
        return new ContractReference(contract, new EntryId(section.Digest("founding")));
    }

    private static TaskConfiguration? BindTasks(SectionBinder root)
    {
        if (!root.Has("runner"))
        {
            if (root.Has("tasks"))
                root.Fault("tasks", "has no meaning without a task runner; name one under 'runner'");
            root.Ignore("runners");
            if (root.Has("runners"))
                root.Fault("runners", "names further task runners; name the first one under 'runner'");
            return null;
        }

        var section = root.Section("tasks");
        var accepted = section.Texts("accept", [.. Enum.GetValues<TaskKind>().Select(TaskKindWords.Word)]);
        var kinds = Enum.GetValues<TaskKind>().Where(kind => accepted.Contains(kind.Word())).ToImmutableSortedSet();
        if (accepted.FirstOrDefault(text => Enum.GetValues<TaskKind>().All(kind => kind.Word() != text)) is { } unknown)
            section.Fault("accept",
                $"has '{Mistake.Shorten(unknown)}', which is no kind of task; there are {string.Join(", ", Enum.GetValues<TaskKind>().Select(TaskKindWords.Word))}");
        var executors = section.Texts("executors", [SandboxExecutor.Kind], 2);
        if (executors.IsEmpty || executors.Except(KnownExecutors.Names).Any())
            section.Fault("executors", "must name sandbox, process or both: by which programs of tasks may run here");
        if (root.Has("program") && !root.Has("contract"))
            root.Fault("program", "has no contract to be trained under; name one under 'contract', or leave the program to tasks");
        return new TaskConfiguration(BindRunners(root), kinds, executors, section.Texts("set", []));
    }

    private static ImmutableArray<ContractReference> BindRunners(SectionBinder root)
    {
        List<ContractReference> runners = [BindContract(root.Section("runner"))];
        foreach (var section in root.Sections("runners", MostRunners))
        {
            var another = BindContract(section);
            if (runners.Any(runner => runner.Contract == another.Contract))
                section.Fault("id", "is the name of a task runner before it; each is named once");
            runners.Add(another);
        }

        return [.. runners];
    }

    private static ProgramConfiguration BindProgram(SectionBinder section, string start) =>
        new(PathOf(section, "experiment", start), (int)section.Whole("node", null, 0, MostPeers - 1));

    private static PeerNetworkOptions BindNetwork(SectionBinder section) => new()
    {
        MaxUploadRate = section.Rate("maxUploadRate", long.MaxValue, PeerNetworkOptions.LeastUploadRate),
    };

    private static ImmutableArray<NodeId> BindAdmins(SectionBinder root)
    {
        var admins = ImmutableArray.CreateBuilder<NodeId>();
        foreach (var text in root.Texts("admins", []))
            if (NodeId.TryParse(text, out var admin))
                admins.Add(admin);
            else
                root.Fault("admins", $"has '{Mistake.Shorten(text)}', which is no identity; write spiffe://trust-domain/organisation/node");
        return admins.ToImmutable();
    }

    private static string PathOf(SectionBinder section, string key, string start) => Full(section.Text(key), start);

    private static string Full(string path, string start) =>
        path.Contains('\0', StringComparison.Ordinal) ? path : Path.GetFullPath(path, start);
}
