using System.ComponentModel;
using System.Diagnostics;

namespace Starling.Ledgers.Tests.Etcd;

/// <summary>One member of an etcd cluster. A shell stands between, which kills it when the test's process ends, however it does.</summary>
internal sealed class EtcdMember(string name, string folder, int clientPort, int peerPort, string peers, IEnumerable<string> arguments)
{
    private const string Guard = """exec 3<&0; "$@" <&- & child=$!; (cat <&3 >/dev/null; kill -9 $child) & wait $child""";

    private readonly Queue<string> lastLines = [];
    private Process? process;

    public string Endpoint => $"http://127.0.0.1:{clientPort}";

    public bool IsUp => process is { HasExited: false };

    public string LastWords
    {
        get
        {
            lock (lastLines)
                return string.Join('\n', lastLines);
        }
    }

    public void Start()
    {
        var start =
            new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        var peer = $"http://127.0.0.1:{peerPort}";
        foreach (var argument in (string[])
            ["-c", Guard, "sh", "etcd", "--name", name, "--data-dir", folder, "--listen-client-urls", Endpoint, "--advertise-client-urls",
                Endpoint, "--listen-peer-urls", peer,
                "--initial-advertise-peer-urls", peer, "--initial-cluster", peers, "--initial-cluster-token", peers, .. arguments])
            start.ArgumentList.Add(argument);
        process = Process.Start(start) ?? throw new Win32Exception("No shell could be started.");
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public async Task KillAsync()
    {
        if (process is null)
            return;
        process.StandardInput.Close();
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
        process = null;
    }

    public async Task HaltAsync()
    {
        var children = (await File.ReadAllTextAsync($"/proc/{process!.Id}/task/{process.Id}/children")).Split(' ',
            StringSplitOptions.RemoveEmptyEntries);
        var own = children.Single(child => File.ReadAllText($"/proc/{child}/comm").Trim() == "etcd");
        using var kill = Process.Start("kill", ["-STOP", own]);
        await kill.WaitForExitAsync(CancellationToken.None);
    }

    private void Keep(string? line)
    {
        lock (lastLines)
        {
            lastLines.Enqueue(line ?? "");
            if (lastLines.Count > 20)
                lastLines.Dequeue();
        }
    }
}
