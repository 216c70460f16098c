using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Starling.EndToEnd.Tests.Consortium;

/// <summary>
/// Hosts on one bridge: each is a network namespace with an address of its own, 10.0.0.1 and on, and the bridge is in one, too, so that no
/// rule of this machine's firewall is between them. All of it goes with <see cref="DisposeAsync"/>; what a killed test left behind goes
/// when the next network is made.
/// </summary>
internal sealed class BridgedNetwork : IAsyncDisposable
{
    private const string Mark = "starling-test-";

    private readonly string name;

    private BridgedNetwork(int hosts)
    {
        name = string.Create(CultureInfo.InvariantCulture, $"{Mark}{Environment.ProcessId}-{Interlocked.Increment(ref made)}-");
        Hosts = hosts;
    }

    private static int made;

    /// <summary>How many hosts there are.</summary>
    public int Hosts { get; }

    /// <summary>The namespace of the bridge, which is <c>bridge</c> there.</summary>
    public string Wire => name + "wire";

    /// <summary>The namespace of a host, from 0.</summary>
    public string Space(int host) => string.Create(CultureInfo.InvariantCulture, $"{name}{host}");

    /// <summary>A host's address.</summary>
    public static string Address(int host) => string.Create(CultureInfo.InvariantCulture, $"10.0.0.{host + 1}");

    /// <summary>What is missing for such a network; null for nothing.</summary>
    public static async Task<string?> MissingAsync(params string[] programs)
    {
        foreach (var program in (string[])["ip", "etcd", .. programs])
            if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin")
                .Any(folder => File.Exists(Path.Combine(folder, program))))
                return $"'{program}' is not installed; on Debian it is in the package {program switch { "ip" or "tc" => "iproute2", "etcd" => "etcd-server", _ => program }}.";
        var probe = string.Create(CultureInfo.InvariantCulture, $"{Mark}{Environment.ProcessId}-probe");
        if (await TryAsync("ip", "netns", "add", probe) is { } why)
            return $"Network namespaces cannot be made here ({why}); they need root.";
        await TryAsync("ip", "netns", "delete", probe);
        return null;
    }

    /// <summary>Makes a network.</summary>
    public static async Task<BridgedNetwork> CreateAsync(int hosts)
    {
        await RemoveForgottenAsync();
        var network = new BridgedNetwork(hosts);
        try
        {
            await RunAsync("ip", "netns", "add", network.Wire);
            await RunAsync("ip", "-n", network.Wire, "link", "add", "bridge", "type", "bridge");
            await RunAsync("ip", "-n", network.Wire, "link", "set", "bridge", "up");
            for (var host = 0; host < hosts; host++)
                await network.AddAsync(host);
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>Carries a command out on a host, and fails if it does.</summary>
    public Task RunOnAsync(int host, params string[] words) => RunAsync("ip", ["netns", "exec", Space(host), .. words]);

    /// <summary>What a command writes that is carried out on a host; null if it fails.</summary>
    public async Task<string?> AskOnAsync(int host, params string[] words)
    {
        var (code, output, _) = await ExecuteAsync("ip", ["netns", "exec", Space(host), .. words]);
        return code == 0 ? output : null;
    }

    /// <summary>Limits what a host sends and what it is sent, each to a rate in the words of <c>tc</c>; null for no limit.</summary>
    public async Task SlowAsync(int host, string? rate)
    {
        foreach (var (space, device) in (IEnumerable<(string, string)>)[(Space(host), "eth0"), (Wire, Port(host))])
            await RunAsync("ip", rate is null
                ? ["netns", "exec", space, "tc", "qdisc", "delete", "dev", device, "root"]
                : ["netns", "exec", space, "tc", "qdisc", "add", "dev", device, "root", "tbf", "rate", rate, "burst", "32kbit", "latency",
                    "400ms"]);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var space in Enumerable.Range(0, Hosts).Select(Space).Append(Wire))
            await RemoveAsync(space);
    }

    private async Task AddAsync(int host)
    {
        var (space, port) = (Space(host), Port(host));
        await RunAsync("ip", "netns", "add", space);
        await RunAsync("ip", "link", "add", port, "netns", Wire, "type", "veth", "peer", "name", "eth0", "netns", space);
        await RunAsync("ip", "-n", Wire, "link", "set", port, "master", "bridge", "up");
        await RunAsync("ip", "-n", space, "address", "add", Address(host) + "/24", "dev", "eth0");
        await RunAsync("ip", "-n", space, "link", "set", "eth0", "up");
        await RunAsync("ip", "-n", space, "link", "set", "lo", "up");
    }

    private static string Port(int host) => string.Create(CultureInfo.InvariantCulture, $"port{host}");

    private static async Task RemoveForgottenAsync()
    {
        if (!Directory.Exists("/run/netns"))
            return;
        foreach (var space in Directory.EnumerateFiles("/run/netns", Mark + "*").Select(path => Path.GetFileName(path)!))
            if (!Directory.Exists($"/proc/{space[Mark.Length..].Split('-')[0]}"))
                await RemoveAsync(space);
    }

    // Whatever still runs in there holds the namespace, and would be left behind.
    private static async Task RemoveAsync(string space)
    {
        if (!File.Exists($"/run/netns/{space}"))
            return;
        var (_, processes, _) = await ExecuteAsync("ip", ["netns", "pids", space]);
        foreach (var process in processes.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            await TryAsync("kill", "-KILL", process);
        await TryAsync("ip", "netns", "delete", space);
    }

    private static async Task RunAsync(string program, params string[] words)
    {
        if (await TryAsync(program, words) is { } why)
            throw new InvalidOperationException($"{program} {string.Join(' ', words)}: {why}");
    }

    private static async Task<string?> TryAsync(string program, params string[] words)
    {
        var (code, _, error) = await ExecuteAsync(program, words);
        return code == 0 ? null : error.Trim();
    }

    private static async Task<(int Code, string Output, string Error)> ExecuteAsync(string program, string[] words)
    {
        try
        {
            using var process =
                Process.Start(new ProcessStartInfo(program, words) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync(CancellationToken.None);
            return (process.ExitCode, await output, await error);
        }
        catch (Win32Exception e)
        {
            return (127, "", e.Message);
        }
    }
}
