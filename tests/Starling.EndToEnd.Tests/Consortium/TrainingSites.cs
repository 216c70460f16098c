using System.Globalization;
using Starling.Api;
using Starling.Api.Events;
using Starling.EndToEnd.Tests.Processes;

namespace Starling.EndToEnd.Tests.Consortium;

/// <summary>
/// Three organisations with an authority each, on five hosts of a network of their own: two with two nodes, one with one; each runs a
/// member of etcd on its first host. Set up as docs/consortium.md says.
/// </summary>
internal sealed class TrainingSites : IAsyncDisposable
{
    private static readonly (string Domain, int[] Hosts)[] Organisations =
        [("a.example", [0, 3]), ("b.example", [1, 4]), ("c.example", [2])];

    private readonly TemporaryFolder folder = new();
    private readonly StarlingProcess?[] nodes = new StarlingProcess?[Nodes];
    private readonly List<ApiEvent>[] told = [.. Enumerable.Range(0, Nodes).Select(_ => new List<ApiEvent>())];
    private readonly StarlingProcess?[] members = new StarlingProcess?[Organisations.Length];

    private TrainingSites(BridgedNetwork network) => Network = network;

    /// <summary>How many nodes there are, each on a host of its own.</summary>
    public const int Nodes = 5;

    /// <summary>How many organisations there are.</summary>
    public static int Count => Organisations.Length;

    /// <summary>The nodes of an organisation.</summary>
    public static IReadOnlyList<int> NodesOf(int organisation) => Organisations[organisation].Hosts;

    /// <summary>The network.</summary>
    public BridgedNetwork Network { get; }

    /// <summary>
    /// The library by which nodes have clocks of their own, which <see cref="SetClock"/> sets; null, unless given, for the machine's clock.
    /// </summary>
    public string? ClockLibrary { get; init; }

    /// <summary>The founder's folder, where commands are given.</summary>
    public string Office => folder["a.example"];

    /// <summary>Makes the network and all identities; nothing runs yet.</summary>
    public static async Task<TrainingSites> CreateAsync(string? clockLibrary = null)
    {
        var sites = new TrainingSites(await BridgedNetwork.CreateAsync(Nodes)) { ClockLibrary = clockLibrary };
        try
        {
            await sites.PrepareAsync();
            return sites;
        }
        catch
        {
            await sites.DisposeAsync();
            throw;
        }
    }

    /// <summary>A node's folder.</summary>
    public string FolderOf(int node)
    {
        var (domain, hosts) = Organisations.Single(organisation => organisation.Hosts.Contains(node));
        return Path.Combine(folder[domain], string.Create(CultureInfo.InvariantCulture, $"node-{Array.IndexOf(hosts, node) + 1}"));
    }

    /// <summary>Where a node's events lie.</summary>
    public string EventsOf(int node) => Path.Combine(DataOf(node), EventFile.Name);

    /// <summary>The identity of a node.</summary>
    public static string IdOf(int node)
    {
        var (domain, hosts) = Organisations.Single(organisation => organisation.Hosts.Contains(node));
        return string.Create(CultureInfo.InvariantCulture, $"spiffe://{domain}/{domain[0]}/node-{Array.IndexOf(hosts, node) + 1}");
    }

    /// <summary>Starts everything that does not run.</summary>
    public void Start()
    {
        for (var organisation = 0; organisation < Count; organisation++)
            if (members[organisation] is null)
                StartMember(organisation);
        for (var node = 0; node < Nodes; node++)
            if (nodes[node] is null)
                StartNode(node);
    }

    /// <summary>Starts an organisation's member of etcd, on the host of the same number.</summary>
    public void StartMember(int organisation) =>
        members[organisation] = StarlingProcess.StartIn(Network.Space(organisation), FolderOf(organisation), "ledger", "start", "--config",
            NodeFile.Name, "--parent-stdin");

    /// <summary>Starts a node.</summary>
    public void StartNode(int node)
    {
        if (ClockLibrary is not null && !File.Exists(ClockOf(node)))
            SetClock(node, TimeSpan.Zero);
        IEnumerable<string> clock = ClockLibrary is null ? [] :
        [
            "env", $"LD_PRELOAD={ClockLibrary}", $"FAKETIME_TIMESTAMP_FILE={ClockOf(node)}", "FAKETIME_CACHE_DURATION=1",
            "FAKETIME_DONT_FAKE_MONOTONIC=1", "DONT_FAKE_MONOTONIC=1", "FAKETIME_FORCE_MONOTONIC_FIX=0", "NO_FAKE_STAT=1",
        ];
        nodes[node] = StarlingProcess.StartInside(["ip", "netns", "exec", Network.Space(node), .. clock], FolderOf(node), "node", "start",
            "--config", NodeFile.Name, "--parent-stdin", "--log", "Warning");
    }

    /// <summary>Sets how far a node's clock is off.</summary>
    public void SetClock(int node, TimeSpan by)
    {
        var draft = ClockOf(node) + ".new";
        File.WriteAllText(draft, string.Create(CultureInfo.InvariantCulture, $"{by.TotalSeconds:+0;-0;+0}"));
        File.Move(draft, ClockOf(node), overwrite: true);
    }

    /// <summary>Kills a node, and waits until it is gone.</summary>
    public async Task KillNodeAsync(int node)
    {
        if (Interlocked.Exchange(ref nodes[node], null) is { } running)
            await using (running)
                await running.KillAsync(withChildren: true);
    }

    /// <summary>Kills an organisation's member of etcd with its supervisor.</summary>
    public async Task KillMemberAsync(int organisation)
    {
        if (Interlocked.Exchange(ref members[organisation], null) is { } running)
            await using (running)
                await running.KillAsync(withChildren: true);
    }

    /// <summary>Empties the disk of a node that does not run. What it told is kept for the test.</summary>
    public void EmptyDisk(int node)
    {
        told[node] = [.. Events(node)];
        Directory.Delete(DataOf(node), recursive: true);
    }

    /// <summary>Copies the disk of a node that runs, all of it at one moment.</summary>
    public async Task CopyDiskAsync(int node)
    {
        if (Directory.Exists(CopyOf(node)))
            Directory.Delete(CopyOf(node), recursive: true);
        await nodes[node]!.SignalAsync("STOP");
        var data = new DirectoryInfo(DataOf(node));
        foreach (var file in data.EnumerateFiles("*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(CopyOf(node), Path.GetRelativePath(data.FullName, file.FullName));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            file.CopyTo(copy);
        }

        await nodes[node]!.SignalAsync("CONT");
    }

    /// <summary>Puts what was copied on the disk of a node that does not run, which must be empty.</summary>
    public void PutDiskBack(int node) => Directory.Move(CopyOf(node), DataOf(node));

    /// <summary>All that a node told, also before its disk was emptied.</summary>
    public IEnumerable<ApiEvent> Events(int node) => told[node].Concat(EventFile.Read(EventsOf(node)));

    /// <summary>Carries out a command of the founder's admin, on the first host.</summary>
    public async Task<CommandResult> RunAsync(params IEnumerable<string> words)
    {
        await using var process = StarlingProcess.StartIn(Network.Space(0), Office, words);
        return await process.EndAsync();
    }

    /// <summary>The words by which a command reaches the ledger itself.</summary>
    public static IEnumerable<string> LedgerWords(string contract) =>
    [
        "--contract", contract, "--etcd",
        string.Join(',', Enumerable.Range(0, Count).Select(host => $"https://{BridgedNetwork.Address(host)}:2379")),
        "--certificate", "node-1/identity/certificate.pem", "--key", "node-1/identity/private.key", "--anchor",
        "node-1/identity/anchors.pem",
    ];

    /// <summary>Writes the task and the script of examples/consortium, for these nodes.</summary>
    /// <param name="rounds">How many rounds are trained.</param>
    /// <param name="minPeers">How many nodes a round needs.</param>
    public void WriteScript(int rounds, int minPeers) => WriteScript("digits", rounds, minPeers, settings: "", script => script);

    /// <summary>Writes a script that founds a task runner, for trainings that begin one after another.</summary>
    public void WriteFoundingScript() =>
        Write("found.starling", "exit on failure\nwait-for --pause 500ms\nrunner create lab --consortium lab.consortium\n");

    /// <summary>Writes a task and a script that begins it, and does not wait for its end.</summary>
    /// <param name="contract">The training contract.</param>
    /// <param name="rounds">How many rounds are trained.</param>
    /// <param name="minPeers">How many nodes a round needs.</param>
    /// <param name="settings">Further settings of the training, each followed by a comma.</param>
    public void WriteBeginning(string contract, int rounds, int minPeers, string settings) =>
        WriteScript(contract, rounds, minPeers, settings,
            script =>
                Replace(script[..script.IndexOf("runner wait", StringComparison.Ordinal)], "runner create lab --consortium lab.consortium",
                    "# the task runner is there"));

    private void WriteScript(string contract, int rounds, int minPeers, string settings, Func<string, string> change)
    {
        var task = File.ReadAllText(Path.Combine(Examples.Path("consortium"), "train.yaml"));
        var script = File.ReadAllText(Path.Combine(Examples.Path("consortium"), "train.starling"));
        var named = contract == "digits" ? "train" : $"train-{contract}";
        task = Replace(Replace(Replace(Replace(task, "nodes: 2", $"nodes: {Nodes}"), "classesPerNode: 6", "classesPerNode: 3"),
            "minPeers: 2", $"minPeers: {minPeers}"), "rounds: 60", $"{settings}rounds: {rounds}");
        Write("train.yaml", Replace(Replace(task, "name: train\n", $"name: {named}\n"), "training: digits", $"training: {contract}"));
        script = Replace(Replace(script, "wait-for", "wait-for --pause 500ms"), "digits", contract);
        Write("train.starling", change(Replace(Replace(script, "finalise train", $"finalise {named}"), "assign train", $"assign {named}")));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var process in nodes.Concat(members).OfType<StarlingProcess>())
            await process.DisposeAsync();
        await Network.DisposeAsync();
        folder.Dispose();
    }

    private string DataOf(int node) => Path.Combine(FolderOf(node), "data");

    private string CopyOf(int node) => Path.Combine(FolderOf(node), "copy");

    private string ClockOf(int node) => Path.Combine(FolderOf(node), "clock");

    private static string Replace(string text, string old, string by) => text.Contains(old, StringComparison.Ordinal)
        ? text.Replace(old, by, StringComparison.Ordinal)
        : throw new InvalidOperationException($"The example says '{old}' no more.");

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(Office, name), text);

    private async Task PrepareAsync()
    {
        foreach (var (domain, hosts) in Organisations)
        {
            Directory.CreateDirectory(folder[domain]);
            string[] words = ["consortium", "prepare", "--trust-domain", domain,
                .. hosts.SelectMany((host, i) => (string[])["--node", $"node-{i + 1}={BridgedNetwork.Address(host)}"])];
            (await StarlingProcess.RunAsync(folder[domain], words)).Ended(ExitCode.Done);
        }

        (await StarlingProcess.RunAsync(Office, "consortium", "found", "lab", "../b.example/b.example.card",
            "../c.example/c.example.card")).Ended(ExitCode.Done);
        foreach (var (domain, _) in Organisations.Skip(1))
            (await StarlingProcess.RunAsync(folder[domain], "consortium", "join", "../a.example/lab.consortium")).Ended(ExitCode.Done);
    }
}
